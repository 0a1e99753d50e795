// How much is asked for, and how long it takes: charts of the last minutes, all members together or the leader's.

import { chart } from './chart.js';
import { leaderOf } from './condition.js';
import { h } from './dom.js';
import { duration } from './words.js';

export const title = 'Rates';

const SPAN = 5 * 60_000;

export function draw(model, now, look) {
  const end = Math.floor(now / 1000) * 1000;
  const begin = end - SPAN;
  const columns = Math.max(1, Math.floor(look.width / 300));
  const width = Math.floor((look.width - (columns - 1) * 24) / columns);
  const frame = { begin, end, width };
  const leader = leaderOf(model, now);
  const sum = (name, field) => ({ name, points: together(model, field, begin, end) });
  const leads = (name, field) => ({ name, points: ofMember(model, leader?.id, field, begin, end) });
  return h(
    'div',
    { class: 'charts' },
    chart('Writes a second', [sum('writes', 'writes')], frame),
    chart('Reads a second', [sum('linearizable', 'reads'), sum('stale', 'stale')], frame),
    chart('How long writes take', [leads('p50', 'p50'), leads('p99', 'p99')], { ...frame, format: duration }),
    chart('fsyncs a second, on the leader', [leads('fsyncs', 'fsyncs'), leads('entries each', 'entriesPerFsync')], frame),
    chart('Watchers', [sum('watchers', 'watchers')], frame),
    chart('Errors (5xx) a second', [sum('errors', 'errors')], frame),
  );
}

function ofMember(model, id, field, begin, end) {
  return (model.rates.get(id) ?? [])
    .filter((one) => one.t >= begin && one.t <= end && one[field] !== undefined && one[field] !== null)
    .map((one) => [one.t, one[field]]);
}

/** The sum over the members, second by second. */
function together(model, field, begin, end) {
  const seconds = new Map();
  for (const id of model.rates.keys()) {
    for (const [t, value] of ofMember(model, id, field, begin, end)) {
      const second = Math.floor(t / 1000) * 1000;
      const values = seconds.get(second) ?? new Map();
      seconds.set(second, values.set(id, value));
    }
  }
  return [...seconds].sort((a, b) => a[0] - b[0]).map(([second, values]) => [second, [...values.values()].reduce((a, b) => a + b, 0)]);
}
