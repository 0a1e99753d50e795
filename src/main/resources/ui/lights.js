// Five lights, one for each promise of Raft: red with the evidence.

import { h } from './dom.js';
import { count, moment } from './words.js';

export const title = 'Promises';

const SIGNS = { holds: '✓', broken: '✗', unknown: '·' };
const WORDS = { holds: 'holds', broken: 'broken', unknown: 'not seen yet' };

export function draw(model) {
  const judged = model.promises.judgements();
  return h(
    'ul',
    { class: 'lights' },
    judged.map((promise) =>
      h(
        'li',
        { key: promise.name, class: `light ${promise.state}`, 'data-promise': promise.name, 'data-state': promise.state },
        h('span', { class: 'sign', 'aria-hidden': 'true' }, SIGNS[promise.state]),
        h('span', { class: 'name' }, promise.title),
        h('span', { class: 'quiet' }, promise.state === 'holds' ? `${WORDS.holds}, looked at ${count(promise.seen, 'time')}` : WORDS[promise.state]),
        promise.evidence ? evidence(model, promise) : null,
      ),
    ),
  );
}

function evidence(model, promise) {
  return h(
    'p',
    { class: 'evidence' },
    `${moment(promise.evidence.t, model.simulated())}: ${promise.evidence.text}`,
    promise.section ? ` (Ongaro, section ${promise.section})` : '',
  );
}
