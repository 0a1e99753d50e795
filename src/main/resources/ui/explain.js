// The way of one request as its answer tells it (`?explain`): which step came when, drawn as a waterfall.

import { h } from './dom.js';
import { glossed } from './glossary.js';
import { number } from './words.js';

const ROW = 24;
const TOP = 6;
const LABELS = 236;
/** Narrower than this, labels stand above their bars. */
const NARROW = 520;

const SAYS = {
  received: () => 'the request has come',
  queued: () => 'queued for the Raft thread',
  taken: () => 'the Raft thread took it',
  forwarded: ({ to }) => `forwarded to the leader ${to ?? ''}`,
  appended: ({ index, term }) => `entry ${number(index)}${term ? ` of term ${term}` : ''} in the log`,
  sent: ({ to }) => `sent to ${to ?? 'a member'}`,
  on_disk: ({ by }) => `on the disk of ${by ?? 'this node'}`,
  acknowledged: ({ by }) => `${by ?? 'a member'}: on my disk`,
  committed: ({ index }) => `committed${index ? `: ${number(index)}` : ''}`,
  applied: () => 'applied to this copy',
  round_begun: () => 'asks all: do I still lead?',
  confirmed: ({ by }) => `${by ?? 'a member'}: you do`,
  asked: ({ to }) => `asked ${to ?? 'the leader'} how far to read`,
  read_index: ({ index }) => `read index ${number(index)}`,
  served_stale: () => 'answered from its own copy',
  answered: () => 'answered',
};

/** 840 is 840 µs, 1234 is 1.23 ms. */
export function micros(value) {
  if (value < 1000) {
    return `${Math.round(value)} µs`;
  }
  return value < 100_000 ? `${(value / 1000).toFixed(2)} ms` : `${(value / 1000).toFixed(0)} ms`;
}

/** A waterfall of these steps, each from the one before it, as wide as there is room. */
export function explained({ node, role, note, steps, link }, width) {
  const end = Math.max(1, ...steps.map((step) => step.at));
  const narrow = width < NARROW;
  const left = narrow ? 4 : LABELS;
  const row = narrow ? 2 * ROW : ROW;
  const x = (at) => left + (at / end) * (width - left - 76);
  const height = TOP + steps.length * row + 6;
  const rows = steps.map((step, place) => {
    const from = place === 0 ? 0 : steps[place - 1].at;
    const y = TOP + place * row + (narrow ? ROW : 0);
    const disk = step.step === 'on_disk' || step.step === 'acknowledged';
    const text = (SAYS[step.step] ?? (() => step.step.replaceAll('_', ' ')))(step);
    const extra = step.fsync ? ` (its fsyncs take ${micros(step.fsync)})` : '';
    return h(
      'g',
      { key: place, 'data-step': step.step },
      h('title', {}, `${text}, ${micros(step.at)} after it came${extra}`),
      h('text', { x: narrow ? 4 : 0, y: TOP + place * row + 15 }, text),
      h('rect', { x: x(from).toFixed(1), y: y + 4, width: Math.max(2, x(step.at) - x(from)).toFixed(1), height: 12, rx: 2, class: `bar ${disk ? 'disk' : ''}` }),
      h('text', { x: (x(step.at) + 6).toFixed(1), y: y + 15, class: 'small' }, micros(step.at)),
    );
  });
  const summary = steps.map((step) => `${micros(step.at)} ${(SAYS[step.step] ?? (() => step.step))(step)}`).join('; ');
  return h(
    'figure',
    { class: 'waterfall' },
    h('figcaption', {}, ...glossed(`The way of this request${node ? ` on ${node}` : ''}${role ? `, which was a ${role}` : ''}: ${micros(end)}.`), note ? ` ${note}.` : ''),
    h('svg', { viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': summary }, rows),
    link ? h('p', {}, h('a', { href: link }, 'See what went between the members meanwhile')) : null,
  );
}
