// Space and time: a line for each member, an arrow for each message, terms as colours; the present is at the right end.

import { isSilent } from './condition.js';
import { h } from './dom.js';
import { LOST_AFTER } from './model.js';
import { look as lookOf, says, termClass } from './picture.js';
import { count, duration, moment } from './words.js';

export const title = 'Space and time';

const NAMES = 76;
const RIGHT = 14;
const ROW = 54;
const TOP = 26;
/** More arrows are no picture; those that carry something come first. */
const MOST_ARROWS = 260;
const WINDOWS = [10, 50, 200, 1000, 3000, 10_000];

export function draw(model, now, look) {
  const ids = model.ids();
  const span = look.chosen.window ?? 1000;
  const width = look.width;
  const height = TOP + ids.length * ROW;
  const begin = now - span;
  const x = (t) => NAMES + ((t - begin) / span) * (width - NAMES - RIGHT);
  const y = (id) => TOP + ids.indexOf(id) * ROW + ROW / 2 - 6;
  const arrows = choose(model, begin, now);
  const moments = model.moments.filter((one) => one.t >= begin && one.t <= now && ids.includes(one.node)).slice(-40);
  return h(
    'div',
    {},
    h(
      'p',
      { class: 'toolbar', role: 'group', 'aria-label': 'How much time is shown' },
      WINDOWS.map((millis) => h('button', { type: 'button', 'aria-pressed': millis === span ? 'true' : 'false', onclick: () => look.choose('window', millis) }, duration(millis))),
    ),
    h(
      'svg',
      { class: 'spacetime', viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-labelledby': 'spacetime-title spacetime-desc' },
      h('title', { id: 'spacetime-title' }, `The last ${duration(span)}: a line for each member, an arrow for each message`),
      h('desc', { id: 'spacetime-desc' }, words(model, arrows, moments, span)),
      axis(x, begin, span, width, height, model.simulated()),
      ids.map((id) => life(model, model.members.get(id), x, y(id), begin, now)),
      h('g', {}, arrows.map((message) => arrow(message, x, y, begin, now))),
      h('g', {}, moments.map((one) => happening(one, x, y))),
      h('line', { x1: x(now), x2: x(now), y1: TOP - 8, y2: height, class: 'present' }),
    ),
  );
}

/** The messages of this time, those that carry something first, then the newest; in the order in which they were sent. */
function choose(model, begin, now) {
  const all = [...model.messages.values()].filter((one) => one.sent <= now && (one.arrived ?? one.lost ?? one.sent) >= begin);
  if (all.length <= MOST_ARROWS) {
    return all;
  }
  const weight = (one) => (['beat', 'answer'].includes(lookOf(one)) ? 0 : 1);
  return all
    .sort((a, b) => weight(b) - weight(a) || b.id - a.id)
    .slice(0, MOST_ARROWS)
    .sort((a, b) => a.id - b.id);
}

function axis(x, begin, span, width, height, simulated) {
  const step = [1, 5, 10, 50, 100, 500, 1000, 5000].find((one) => span / one <= width / 150) ?? 5000;
  const marks = [];
  for (let t = Math.ceil(begin / step) * step; t <= begin + span; t += step) {
    marks.push(
      h('g', { key: t }, h('line', { x1: x(t), x2: x(t), y1: TOP - 6, y2: height, class: 'grid' }), h('text', { x: x(t), y: 12, class: 'small middle' }, moment(t, simulated).replace(/^\d\d:/, ''))),
    );
  }
  return h('g', {}, marks);
}

/** A member's line, in pieces of one term and role each; thin where it is not there. */
function life(model, member, x, y, begin, now) {
  const pieces = [];
  const known = isSilent(model, member, now) ? member.t : now;
  member.terms.forEach((piece, place) => {
    const end = member.terms[place + 1]?.t ?? known;
    if (end > begin && end > piece.t) {
      pieces.push(h('line', { key: piece.t, x1: x(Math.max(begin, piece.t)).toFixed(1), x2: x(end).toFixed(1), y1: y, y2: y, class: `life ${termClass(piece.term)} ${piece.role}` }));
    }
  });
  if (member.fate !== null) {
    pieces.push(h('line', { key: 'fate', x1: x(Math.max(begin, member.fate.t)).toFixed(1), x2: x(now).toFixed(1), y1: y, y2: y, class: 'life gone' }));
  }
  const term = member.state?.term;
  return h(
    'g',
    { key: member.id },
    h('text', { x: 0, y: y + 1, class: 'name' }, member.id),
    h('text', { x: 0, y: y + 14, class: 'small' }, term === undefined ? '' : `term ${term}`),
    h('line', { x1: NAMES, x2: x(now).toFixed(1), y1: y, y2: y, class: 'track' }),
    pieces,
  );
}

function arrow(message, x, y, begin, now) {
  const kind = lookOf(message);
  const from = y(message.from);
  const to = y(message.to);
  const lost = message.lost !== null || (message.arrived === null && now - message.sent > LOST_AFTER);
  const far = message.arrived !== null ? 1 : 0.55;
  const end = message.arrived ?? message.lost ?? Math.min(now, message.sent + LOST_AFTER / 5);
  const y2 = from + (to - from) * far;
  // What left before this time comes in from the side.
  const part = message.sent < begin ? (begin - message.sent) / (end - message.sent) : 0;
  const x1 = x(Math.max(begin, message.sent));
  const y1 = from + (y2 - from) * part;
  const x2 = x(end);
  const cross = lost ? h('path', { d: `M${(x2 - 4).toFixed(1)},${y2 - 4} l8,8 m-8,0 l8,-8`, class: 'cross' }) : null;
  const head = message.arrived !== null ? h('circle', { cx: x2.toFixed(1), cy: to, r: kind === 'beat' || kind === 'answer' ? 1.6 : 3, class: 'head' }) : null;
  return h(
    'g',
    { key: message.id, class: `arrow arrow-${kind} ${termClass(message.term)} ${lost ? 'lost' : ''}` },
    h('title', {}, `${says(message)}${message.arrived !== null ? `, took ${duration(message.arrived - message.sent)}` : lost ? ', lost' : ''}`),
    h('line', { x1: x1.toFixed(1), y1: y1.toFixed(1), x2: x2.toFixed(1), y2: y2.toFixed(1) }),
    head,
    cross,
  );
}

const SIGNS = {
  leads: '★', campaigns: '?', crash: '✗', power_off: '✗', stopped: '✗', started: '○', restart: '○', truncated: '✂', snapshot_taken: '▣',
  snapshot_installed: '▣', write: 'w', acked: 'w✓', read: 'r', answered: 'r✓', failed: '!', promise: '!', frozen: '❄', thawed: '○',
};

function happening(one, x, y) {
  return h('g', { key: `${one.node} ${one.n} ${one.kind}`, class: 'happening' }, h('title', {}, one.text), h('text', { x: x(one.t).toFixed(1), y: y(one.node) - 9, class: 'middle' }, SIGNS[one.kind] ?? '•'));
}

function words(model, arrows, moments, span) {
  const lost = arrows.filter((one) => one.lost !== null).length;
  const told = moments.slice(-5).map((one) => one.text).join('; ');
  return `${count(arrows.length, 'message')} in the last ${duration(span)}, ${lost} of them lost. ${told}`;
}
