// How a member is, in words. Pure.

import { bytes, calmly, number } from './words.js';

/** A member of a running cluster that tells nothing for so long, in milliseconds, is not heard. */
export const SILENT_AFTER = 3000;
/** The leader hears from everybody with each heartbeat; much longer than that is worth a word. */
export const UNHEARD_AFTER = 1000;
/** Fewer entries than this are on their way, and no lag. */
export const BEHIND_ENTRIES = 200;

const ROLES = {
  leader: 'leads', follower: 'follows', candidate: 'asks for votes', learner: 'learns', removed: 'removed', starting: 'starts',
  down: 'down', frozen: 'frozen',
};
/** What it was when it was last heard. */
const PAST = { leader: 'led', follower: 'followed', candidate: 'asked for votes', learner: 'learned' };
const FATES = {
  crash: 'crashed', power_off: 'power is off', stopped: 'stopped', frozen: 'frozen', fault: 'stopped by a fault', down: 'down',
};

/** True if this member tells of itself at this time, as far as can be known. */
export function isHere(model, member, now) {
  return member.state !== null && member.fate === null && !isSilent(model, member, now);
}

/** Only running members tell something every second; a recorded run may say nothing while nothing changes. */
export function isSilent(model, member, now) {
  return model.run?.source === 'cluster' && member.t !== null && now - member.t > SILENT_AFTER;
}

/** The member that leads, of the highest term if several say so; null if none is here. */
export function leaderOf(model, now) {
  let leader = null;
  for (const member of model.members.values()) {
    if (member.state?.role === 'leader' && isHere(model, member, now) && (leader === null || member.state.term > leader.state.term)) {
      leader = member;
    }
  }
  return leader;
}

/** How long the leader has not heard of a member, in milliseconds; null if nobody can tell. */
export function unheard(model, id, now) {
  const leader = leaderOf(model, now);
  const heard = leader?.state.peers?.find((one) => one.id === id)?.heard ?? null;
  // Whoever was heard when the leader told of it is heard since, as far as anybody knows.
  return heard === null || heard < UNHEARD_AFTER ? heard : heard + Math.max(0, now - leader.t);
}

/** What it says for people: `{role, here, words: [{text, tone}]}`; `tone` is `good`, `quiet`, `warn` or `bad`. */
export function condition(model, member, now) {
  const state = member.state;
  const words = [];
  if (member.fate !== null) {
    return { role: FATES[member.fate.kind] ?? 'gone', here: false, words: [{ text: FATES[member.fate.kind] ?? 'gone', tone: 'bad' }] };
  }
  const silence = unheard(model, member.id, now);
  if (state === null) {
    words.push({ text: silence === null || silence < UNHEARD_AFTER ? 'nothing is known yet' : `gone: the leader has not heard it for ${calmly(silence)}`, tone: silence === null || silence < UNHEARD_AFTER ? 'quiet' : 'bad' });
    return { role: 'unknown', here: false, words };
  }
  const silent = isSilent(model, member, now);
  if (silent) {
    words.push({ text: `gone: last heard ${calmly(now - member.t)} ago`, tone: 'bad' });
  }
  if (member.cut !== null) {
    words.push({ text: member.cut.other === null ? 'cut off' : `cut off from ${member.cut.other}`, tone: 'bad' });
  } else if (!silent && silence !== null && silence > UNHEARD_AFTER && state.role !== 'leader') {
    words.push({ text: `cut off: the leader has not heard it for ${calmly(silence)}`, tone: 'bad' });
  }
  const leader = leaderOf(model, now);
  if (leader !== null && leader.id !== member.id && leader.state.commit - (state.applied ?? 0) > BEHIND_ENTRIES) {
    words.push({ text: `behind by ${number(leader.state.commit - state.applied)}`, tone: 'warn' });
  }
  if (leader !== null && leader.id !== member.id && state.role === 'leader' && !silent) {
    words.push({ text: `does not know yet that ${leader.id} leads in term ${number(leader.state.term)}`, tone: 'warn' });
  }
  if (state.full) {
    words.push({ text: state.full === 'disk' ? 'disk full' : 'heap full', tone: 'bad' });
  }
  if (state.noVote) {
    words.push({ text: `may not vote: ${state.noVote}`, tone: 'warn' });
  }
  if (state.waits) {
    words.push({ text: Array.isArray(state.waits) ? state.waits.join('; ') : state.waits, tone: 'quiet' });
  }
  const role = ROLES[state.role] ?? state.role;
  return { role: silent ? `${PAST[state.role] ?? role}, term ${number(state.term)}` : role, here: !silent, words };
}

/** What is left of a machine, for a card: `disk 12 GiB free, heap 80 MiB of 256 MiB`. */
export function room(health) {
  const parts = [];
  if (health?.diskFree !== undefined) {
    parts.push(`${bytes(health.diskFree)} of disk`);
  }
  if (health?.heapMax) {
    parts.push(`${bytes(health.heapMax - health.heapUsed)} of heap`);
  }
  return parts.length > 0 ? parts.join(', ') : '–';
}
