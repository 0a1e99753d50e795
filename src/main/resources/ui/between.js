// The members in a ring, and what is on its way between them: one by one when it is quiet, as rates when it is busy.

import { condition, leaderOf } from './condition.js';
import { h } from './dom.js';
import { LOST_AFTER } from './model.js';
import { legend, look as lookOf, mark, says, termClass } from './picture.js';
import { bytes, number } from './words.js';

export const title = 'Between members';

const NODE = 36;
/** More messages a second than this one way, and nobody could follow them. */
const BUSY = 60;
/** What is quicker is shown flying for so many real milliseconds. */
const FLIGHT = 420;

export function draw(model, now, look) {
  const ids = model.ids();
  const width = Math.min(look.width, 680);
  const height = Math.round(Math.min(400, width * 0.8));
  const places = ring(ids, width, height);
  const pairs = ids.flatMap((from) => ids.filter((to) => to !== from).map((to) => ({ from, to, rate: model.rate(from, to, now) })));
  const busy = new Set(pairs.filter(({ rate }) => look.speed >= 1 && (look.reduced || rate.messages > BUSY)).map(({ from, to }) => `${from}\n${to}`));
  return h(
    'div',
    {},
    h(
      'svg',
      { class: 'between', viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-labelledby': 'between-title between-desc' },
      h('title', { id: 'between-title' }, 'Members and the messages between them'),
      h('desc', { id: 'between-desc' }, words(model, pairs, now)),
      h('g', {}, pairs.filter(({ from, to }) => from < to).map(({ from, to }) => wire(places, from, to))),
      h('g', {}, pairs.filter(({ from, to, rate }) => busy.has(`${from}\n${to}`) && rate.messages > 0).map((pair) => stream(places, pair))),
      h('g', { class: 'flying' }, flying(model, now, look).filter(({ message }) => !busy.has(`${message.from}\n${message.to}`)).map((one) => drawMessage(places, one))),
      h('g', {}, ids.map((id) => drawMember(model, model.members.get(id), places.get(id), now))),
    ),
    legend(),
    model.untold > 0 ? h('p', { class: 'key' }, `${number(model.untold)} messages were left out, as there were too many to tell; rates count them.`) : null,
  );
}

function ring(ids, width, height) {
  const places = new Map();
  ids.forEach((id, place) => {
    const angle = (2 * Math.PI * place) / ids.length - Math.PI / 2;
    const only = ids.length === 1 ? 0 : 1;
    const x = width / 2 + only * (width / 2 - NODE - 14) * 0.92 * Math.cos(angle);
    // Three are a triangle, whose middle is not its centre.
    const y = height / 2 + 6 + (ids.length === 3 ? height * 0.08 : 0) + only * (height / 2 - NODE - 22) * (ids.length === 3 ? 1.1 : 1) * Math.sin(angle);
    places.set(id, { x, y });
  });
  return places;
}

/** A way's two ends at the rims of the circles; each direction has a side of its own. */
function way(places, from, to) {
  const a = places.get(from);
  const b = places.get(to);
  const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const x = (b.x - a.x) / length;
  const y = (b.y - a.y) / length;
  const side = 7;
  return {
    x1: a.x + x * NODE - y * side, y1: a.y + y * NODE + x * side,
    x2: b.x - x * NODE - y * side, y2: b.y - y * NODE + x * side,
  };
}

function wire(places, from, to) {
  const a = places.get(from);
  const b = places.get(to);
  return h('line', { key: `${from} ${to}`, x1: a.x, y1: a.y, x2: b.x, y2: b.y, class: 'wire' });
}

function stream(places, { from, to, rate }) {
  const { x1, y1, x2, y2 } = way(places, from, to);
  const width = Math.min(9, 1.5 + Math.log10(1 + rate.messages) * 2);
  const what = rate.entries >= 1 ? `${number(Math.round(rate.entries))} entries/s` : rate.bytes > 100_000 ? `${bytes(rate.bytes)}/s` : `${number(Math.round(rate.messages))}/s`;
  const at = 0.36;
  return h(
    'g',
    { key: `${from} ${to}` },
    h('line', { x1, y1, x2, y2, class: 'stream', 'stroke-width': width.toFixed(2) }),
    h('text', { x: x1 + (x2 - x1) * at, y: y1 + (y2 - y1) * at + 4, class: 'middle rate' }, what),
  );
}

/** What is on its way at this time, and how far: `[{message, far}]`, `far` from 0 to 1; more for what was lost. */
export function flying(model, now, { speed, reduced }) {
  const shown = [];
  const least = reduced ? 0 : FLIGHT * speed;
  for (const message of [...model.messages.values()].reverse()) {
    const age = now - message.sent;
    if (age < 0) {
      continue;
    }
    const took = message.arrived === null ? null : Math.max(message.arrived - message.sent, least);
    if (took !== null && age < took) {
      shown.push({ message, far: age / took });
    } else if (message.lost !== null && now - message.lost < Math.max(least, 1)) {
      shown.push({ message, far: 0.5, lost: true });
    } else if (message.arrived === null && message.lost === null && age < LOST_AFTER) {
      // Nobody knows when it arrives: it comes nearer, never near.
      const usual = Math.max(model.latency ?? 1, least, 0.001);
      shown.push({ message, far: age < usual ? 0.85 * (age / usual) : 0.97 - 0.12 * Math.exp(-(age - usual) / (4 * usual)) });
    }
    if (age > Math.max(LOST_AFTER, least)) {
      break;
    }
  }
  return shown.reverse();
}

function drawMessage(places, { message, far, lost }) {
  const { x1, y1, x2, y2 } = way(places, message.from, message.to);
  const kind = lost ? 'no' : lookOf(message);
  const x = x1 + (x2 - x1) * far;
  const y = y1 + (y2 - y1) * far;
  const entries = kind === 'entries' ? message.event.count : 0;
  const size = kind === 'entries' ? 6 : 5;
  return h(
    'g',
    { key: message.id, transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`, class: `message ${termClass(message.term)} ${lost ? 'lost' : ''}`, 'data-message': message.kind },
    h('title', {}, says(message)),
    kind === 'snapshot' ? progress(message.event) : mark(kind, {}, size),
    entries > 1 ? h('text', { y: -9, class: 'middle small' }, number(entries)) : null,
  );
}

function progress(event) {
  const part = event.bytes > 0 ? (event.offset + event.count) / event.bytes : 0;
  return [
    h('rect', { x: -12, y: -5, width: 24, height: 10, rx: 2, class: 'snapshot-box' }),
    h('rect', { x: -12, y: -5, width: (24 * Math.min(1, part)).toFixed(1), height: 10, rx: 2, class: 'snapshot-part' }),
  ];
}

function drawMember(model, member, place, now) {
  const is = condition(model, member, now);
  const leads = leaderOf(model, now)?.id === member.id;
  const asks = model.votes.get(member.id);
  const votes = asks && member.state?.role === 'candidate' ? `${asks.granted.length} votes` : null;
  return h(
    'g',
    { key: member.id, class: `member ${leads ? 'leads' : ''} ${is.here ? '' : 'away'} ${termClass(member.state?.term)}`, transform: `translate(${place.x.toFixed(1)} ${place.y.toFixed(1)})` },
    leads ? h('circle', { r: NODE + 6, class: 'halo' }) : null,
    h('circle', { r: NODE, class: 'disc' }),
    h('text', { y: -8, class: 'middle id' }, member.id.length > 9 ? `${member.id.slice(0, 8)}…` : member.id),
    h('text', { y: 7, class: 'middle small on-disc' }, is.here ? (votes ?? is.role) : member.fate !== null ? is.role : 'gone'),
    h('text', { y: 21, class: 'middle small on-disc' }, `term ${number(member.state?.term)}`),
    leads ? h('text', { y: -NODE - 11, class: 'middle crown' }, '★ leader') : null,
  );
}

function words(model, pairs, now) {
  const leader = leaderOf(model, now);
  const first = leader === null ? 'No member leads.' : `${leader.id} leads in term ${leader.state.term}.`;
  const rates = pairs.filter(({ rate }) => rate.messages >= 1).map(({ from, to, rate }) => `${from} sends ${to} ${number(Math.round(rate.messages))} messages a second`);
  return [first, ...rates].join(' ');
}
