// The members as cards: what each is, has and says of itself.

import { condition, leaderOf, room } from './condition.js';
import { h } from './dom.js';
import { term } from './glossary.js';
import { termClass } from './picture.js';
import { calmly, duration, number } from './words.js';

export const title = 'Members';

export function draw(model, now) {
  const leader = leaderOf(model, now);
  return h(
    'ul',
    { class: 'members' },
    model.ids().map((id, place) => card(model, model.members.get(id), leader, now, place === 0)),
  );
}

function card(model, member, leader, now, first) {
  const is = condition(model, member, now);
  const leads = leader?.id === member.id;
  const state = member.state ?? {};
  const word = (text) => term(text, { stop: first });
  const address = state.health?.http ?? leader?.state.members?.find((one) => one.id === member.id)?.http;
  const voter = leader?.state.members?.find((one) => one.id === member.id)?.voter;
  const fields = [
    [word('term'), h('span', { class: `chip ${termClass(state.term)}` }, number(state.term))],
    [word('vote'), state.vote ?? 'none'],
    [[word('log'), ' ends at'], [number(state.last), unsynced(state)]],
    [word('committed'), number(state.commit)],
    [word('applied'), number(state.applied)],
    ['heard', heard(model, member, leader, now)],
    [[word('fsync'), ' p50, p99'], fsync(state.health)],
    ['left', room(state.health)],
    ['version', state.health?.version ?? '–'],
    ['address', address ?? '–'],
  ];
  return h(
    'li',
    { key: member.id, class: `card ${leads ? 'leads' : ''} ${is.here ? '' : 'away'}`, 'data-member': member.id, 'data-role': is.here ? (state.role ?? '') : 'away' },
    h('h3', {}, leads ? h('span', { class: 'crown', 'aria-hidden': 'true' }, '★ ') : '', h('span', { class: 'id' }, member.id)),
    h('p', { class: 'role' }, is.role, voter === false && state.role !== 'learner' ? ', learner' : ''),
    h('ul', { class: 'words' }, is.words.map((one) => h('li', { key: one.text, class: `word ${one.tone}` }, one.text))),
    h('dl', {}, fields.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value)))),
  );
}

/** Entries that are in its log, but not on its disk yet. */
function unsynced(state) {
  const open = (state.last ?? 0) - (state.synced ?? state.last ?? 0);
  return open > 0 ? h('span', { class: 'quiet' }, ` (${number(open)} not on disk)`) : '';
}

function heard(model, member, leader, now) {
  if (member.t === null) {
    return 'never';
  }
  const peer = leader?.state.peers?.find((one) => one.id === member.id);
  const by = peer?.heard === null || peer?.heard === undefined ? '' : `, by ${leader.id} ${duration(peer.heard)}`;
  const ago = now - member.t;
  return model.simulated() ? `${duration(ago)} ago` : `${ago < 1500 ? 'now' : `${calmly(ago)} ago`}${by}`;
}

function fsync(health) {
  return health?.fsyncP50 === undefined ? '–' : `${duration(health.fsyncP50)}, ${duration(health.fsyncP99)}`;
}
