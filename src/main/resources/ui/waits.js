// What a cluster waits for, in one sentence that is always true.

import { BEHIND_ENTRIES, SILENT_AFTER, UNHEARD_AFTER, isHere, leaderOf, unheard } from './condition.js';
import { h } from './dom.js';
import { calmly, count, list, number } from './words.js';

export const title = 'What it waits for';

/** An entry that commits within this, in milliseconds, is waited for by nobody: entries flow. */
const FLOWS = 400;

/** `{text, tone}`: `tone` is `good`, `quiet`, `warn` or `bad`; both depend on the model and the time alone. */
export function waits(model, now) {
  const leader = leaderOf(model, now);
  if ([...model.members.values()].every((member) => member.state === null)) {
    return { text: 'Nothing is known yet: it waits for the first picture of a member.', tone: 'quiet' };
  }
  return leader === null ? withoutLeader(model, now) : withLeader(model, leader, now);
}

function voters(model, leader) {
  const members = leader?.state.members ?? model.configuration();
  return members.length > 0 ? members.filter((one) => one.voter).map((one) => one.id) : model.ids();
}

function withLeader(model, leader, now) {
  const state = leader.state;
  const ids = voters(model, leader);
  const majority = Math.floor(ids.length / 2) + 1;
  if (model.run?.source === 'cluster' && now - leader.t > UNHEARD_AFTER) {
    return { text: `leader ${leader.id} has told nothing for ${calmly(now - leader.t)}: it was at ${number(state.commit)} then.`, tone: 'warn' };
  }
  const silent = ids.filter((id) => id !== leader.id && (unheard(model, id, now) ?? 0) > UNHEARD_AFTER);
  if (ids.length - silent.length < majority) {
    return {
      text: `leader ${leader.id} waits for a majority: it hears ${number(ids.length - silent.length)} of ${number(ids.length)}, ${heardWords(model, silent, now)}.`,
      tone: 'bad',
    };
  }
  if (state.full) {
    return { text: `leader ${leader.id} waits for room on its ${state.full}: it is nearly full, and writes that grow are refused.`, tone: 'bad' };
  }
  const next = state.commit + 1;
  const stuck = leader.commitSince !== null && now - leader.commitSince > FLOWS;
  if (state.last > state.commit && stuck) {
    return waitsForDisks(model, leader, ids, majority, next, now);
  }
  return flows(model, leader, ids, silent, now);
}

/** Entries are there that too few disks have. */
function waitsForDisks(model, leader, ids, majority, next, now) {
  const without = ids.filter((id) => matchOf(leader, id) < next);
  const missing = majority - (ids.length - without.length);
  if (missing <= 0) {
    // Enough disks have it: by section 3.6.2 it commits with the first entry of the leader's own term.
    return { text: `leader ${leader.id} waits for an entry of its own term ${leader.state.term} on a majority of disks to commit ${number(next)}.`, tone: 'warn' };
  }
  const why = without.map((id) => {
    const silence = unheard(model, id, now);
    const member = model.members.get(id);
    if (id === leader.id) {
      return 'its own disk syncs';
    }
    if (silence !== null && silence > UNHEARD_AFTER) {
      return `${id} last heard ${calmly(silence)} ago`;
    }
    if (silence === null && !isHere(model, member, now)) {
      return `${id} is not here`;
    }
    const lag = leader.state.last - matchOf(leader, id);
    return lag > BEHIND_ENTRIES ? `${id} is ${number(lag)} entries behind` : `${id} syncs`;
  });
  const disks = missing === 1 ? 'one more disk' : `${number(missing)} more disks`;
  return { text: `leader ${leader.id} waits for ${disks} to commit ${number(next)}: ${why.join(', ')}.`, tone: 'warn' };
}

function matchOf(leader, id) {
  return id === leader.id ? (leader.state.synced ?? leader.state.last) : (leader.state.peers?.find((peer) => peer.id === id)?.match ?? 0);
}

function flows(model, leader, ids, silent, now) {
  const state = leader.state;
  const open = state.last - state.commit;
  const behind = [...model.members.values()].filter(
    (member) => member.id !== leader.id && !silent.includes(member.id) && isHere(model, member, now) && state.commit - member.state.last > BEHIND_ENTRIES,
  );
  const rest = [
    silent.length > 0 ? heardWords(model, silent, now) : null,
    ...behind.map((member) => `${member.id} catches up, ${count(state.commit - member.state.last, 'entry', 'entries')} to go`),
    state.waits && state.waits.length > 0 ? String(state.waits) : null,
  ].filter((one) => one !== null);
  const more = rest.length > 0 ? `; ${rest.join('; ')}` : '';
  const tone = silent.length > 0 ? 'warn' : behind.length > 0 ? 'quiet' : 'good';
  if (open > 0 || (leader.commitSince !== null && now - leader.commitSince < FLOWS)) {
    return {
      text: `leader ${leader.id} commits as entries come: ${number(state.commit)} is committed, ${open === 0 ? 'none' : number(open)} on the way to a majority of ${number(ids.length)} disks${more}.`,
      tone,
    };
  }
  const everywhere = ids.filter((id) => matchOf(leader, id) >= state.commit).length;
  return {
    text: `leader ${leader.id} waits for nothing: all up to ${number(state.commit)} is committed, and on ${number(everywhere)} of ${number(ids.length)} disks${more}.`,
    tone,
  };
}

function heardWords(model, ids, now) {
  return ids.map((id) => `${id} last heard ${calmly(unheard(model, id, now) ?? now - (model.members.get(id)?.t ?? now))} ago`).join(', ');
}

function withoutLeader(model, now) {
  const ids = voters(model, null);
  const majority = Math.floor(ids.length / 2) + 1;
  const here = ids.filter((id) => isHere(model, model.members.get(id), now));
  const starting = here.filter((id) => model.members.get(id).state.role === 'starting');
  const candidates = here.filter((id) => model.votes.has(id) && now - model.votes.get(id).t < SILENT_AFTER);
  if (here.length < majority) {
    const missing = ids.filter((id) => !here.includes(id));
    const told = missing.map((id) => missingWords(model, id, now));
    return {
      text: `no leader, and none can be chosen: ${number(here.length)} of ${number(ids.length)} voters ${here.length === 1 ? 'is' : 'are'} here, ${number(majority)} are needed; ${told.join(', ')}.`,
      tone: 'bad',
    };
  }
  if (candidates.length > 0) {
    return { text: `no leader: ${candidates.map((id) => candidate(model, id, ids, majority, now)).join('; ')}.`, tone: 'warn' };
  }
  if (starting.length > 0) {
    return { text: `no leader yet: ${list(starting)} ${starting.length === 1 ? 'starts' : 'start'}.`, tone: 'warn' };
  }
  return { text: `no leader: ${list(here)} wait until an election timeout is over.`, tone: 'warn' };
}

function missingWords(model, id, now) {
  const member = model.members.get(id);
  if (member?.fate) {
    return `${id} is ${member.fate.kind === 'frozen' ? 'frozen' : 'down'}`;
  }
  return member === undefined || member.t === null ? `nothing is known of ${id}` : `${id} last heard ${calmly(now - member.t)} ago`;
}

function candidate(model, id, ids, majority, now) {
  const asks = model.votes.get(id);
  const refusals = asks.refused.filter((other) => ids.includes(other)).map((other) => `${other} refuses: ${whyRefused(model, asks, other)}`);
  const silent = ids.filter((other) => !asks.granted.includes(other) && !asks.refused.includes(other));
  const quiet = silent.filter((other) => !isHere(model, model.members.get(other), now));
  const term = asks.pre ? `asks whether it would get votes for term ${asks.term}` : `asks for votes in term ${asks.term}`;
  const rest = [...refusals, ...(quiet.length > 0 ? [`${list(quiet)} ${quiet.length === 1 ? 'is' : 'are'} not here`] : [])];
  return [`${id} ${term}, has ${number(asks.granted.filter((one) => ids.includes(one)).length)} of ${number(majority)}`, ...rest].join(', ');
}

/** By section 3.6.1: whose log is older gets no vote; and who has voted in a term, or hears a leader, gives none. */
function whyRefused(model, asks, other) {
  const state = model.members.get(other)?.state;
  const lastTerm = state?.tape?.at(-1)?.[1];
  if (!state) {
    return 'it does not say why';
  }
  if (state.noVote) {
    return state.noVote;
  }
  if (lastTerm > asks.lastTerm) {
    return `its log ends in the later term ${lastTerm}`;
  }
  if (lastTerm === asks.lastTerm && state.last > asks.last) {
    return 'its log is longer';
  }
  if (state.term > asks.term) {
    return `it is in term ${state.term}`;
  }
  if (state.term === asks.term && state.vote) {
    return `it has voted for ${state.vote}`;
  }
  return state.leader ? `it has just heard of ${state.leader}` : 'it does not say why';
}

export function draw(model, now) {
  const { text, tone } = waits(model, now);
  return h('p', { class: `waits ${tone}`, 'data-sentence': text }, text.charAt(0).toUpperCase() + text.slice(1));
}
