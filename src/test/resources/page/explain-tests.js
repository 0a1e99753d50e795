import { explained, micros } from '/ui/explain.js';
import { patch } from '/ui/dom.js';
import { equal, holds, test } from './harness.js';

const answer = {
  node: 'node2', role: 'follower', link: '/ui/#at=1764300000000',
  steps: [
    { at: 0, step: 'received' }, { at: 40, step: 'queued' }, { at: 90, step: 'taken' }, { at: 110, step: 'forwarded', to: 'node1' },
    { at: 900, step: 'appended', index: 1043, term: 3 }, { at: 2400, step: 'on_disk', by: 'node2', fsync: 1400 }, { at: 2900, step: 'committed', index: 1043 },
    { at: 2950, step: 'something_new' }, { at: 3000, step: 'answered' },
  ],
};

test('explain: every step of the way is there, in order, with its time', () => {
  for (const width of [340, 900]) {
    const root = document.getElementById('root');
    patch(root, [explained(answer, width)]);
    equal([...root.querySelectorAll('[data-step]')].map((step) => step.dataset.step), answer.steps.map((step) => step.step));
    const text = root.querySelector('svg').getAttribute('aria-label');
    for (const part of ['forwarded to the leader node1', '900 µs entry 1,043 of term 3', '2.40 ms on the disk of node2']) {
      holds(text.includes(part), `'${text}' says '${part}'`);
    }
    equal(root.querySelector('a').getAttribute('href'), answer.link);
    patch(root, []);
  }
});

test('explain: times in microseconds', () => {
  equal([micros(12.4), micros(1234), micros(123_456)], ['12 µs', '1.23 ms', '123 ms']);
});
