import { LiveMerge, clockOffsets, order } from '/ui/merge.js';
import { equal, holds, numbers, test } from './harness.js';
import { Told, lostLeader } from './runs.js';

const name = (event) => `${event.node ?? ''}${event.n ?? ''}`;

test('merge: of one member the lower number comes first, whatever its clock says', () => {
  const events = [
    { event: 'moment', node: 'a', n: 1, at: 100 }, { event: 'moment', node: 'a', n: 2, at: 90 }, { event: 'moment', node: 'a', n: 3, at: 110 },
  ];
  equal(order([events[2], events[1], events[0]]).map((event) => event.n), [1, 2, 3]);
});

test('merge: a process that began anew counts from 1, and comes after the one before', () => {
  const events = [
    { event: 'moment', node: 'a', n: 1, at: 100 }, { event: 'moment', node: 'a', n: 2, at: 110 },
    { event: 'moment', node: 'a', n: 1, at: 200 }, { event: 'moment', node: 'a', n: 2, at: 210 },
  ];
  equal(order([events[3], events[0], events[2], events[1]]).map((event) => event.at), [100, 110, 200, 210]);
});

test('merge: nothing arrives before it leaves, though the receiver has a slow clock', () => {
  const told = new Told();
  told.message('node1', 'node2', 'append', 5000, 3);
  told.message('node2', 'node1', 'append_reply', 4, 5002);
  const sorted = order(told.events).filter((event) => event.event !== 'run');
  equal(sorted.map((event) => `${event.node} ${event.event}`), ['node1 msg', 'node2 recv', 'node2 msg', 'node1 recv']);
});

test('merge: clocks that are apart are put together by what goes to and fro', () => {
  const told = new Told();
  told.message('node1', 'node2', 'append', 5000, 1);
  told.message('node2', 'node1', 'append_reply', 2, 5003);
  const offsets = clockOffsets(told.events);
  equal([offsets.get('node1'), offsets.get('node2')], [0, -5000]);
  const sorted = order(told.events);
  holds(sorted.at(-1).t - sorted[1].t <= 4, 'all of it takes 3 ms');
});

test('merge: of two messages that say the same the first one arrives first', () => {
  const told = new Told();
  told.message('node1', 'node2', 'append', 1, 4, { mark: 'same' });
  told.message('node1', 'node2', 'append', 2, 6, { mark: 'same' });
  const kinds = order(told.events).map((event) => event.event);
  equal(kinds, ['run', 'msg', 'msg', 'recv', 'recv']);
});

test('merge: what is told from outside, without a name, comes when it was', () => {
  const outside = { event: 'moment', kind: 'strike', at: 105 };
  const events = [{ event: 'end', at: 105 }, outside, { event: 'moment', node: 'a', n: 1, at: 100 }, { event: 'moment', node: 'a', n: 2, at: 110 }];
  equal(order(events).map((event) => `${event.kind ?? event.event} ${event.at}`), ['moment 100', 'strike 105', 'moment 110', 'end 105']);
});

test('merge: any mixture of the members gives an order that obeys numbers and messages', () => {
  const random = numbers(7);
  const events = lostLeader();
  for (let round = 0; round < 20; round++) {
    const mixed = [...events];
    for (let i = mixed.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [mixed[i], mixed[j]] = [mixed[j], mixed[i]];
    }
    const counts = new Map();
    const left = new Set();
    let last = -Infinity;
    for (const event of order(mixed)) {
      holds(event.t >= last, `time goes back at ${name(event)}`);
      last = event.t;
      if (event.node) {
        holds(event.n === (counts.get(event.node) ?? 0) + 1, `${name(event)} follows ${counts.get(event.node)}`);
        counts.set(event.node, event.n);
      }
      if (event.event === 'msg') {
        left.add(event.mark);
      }
      holds(event.event !== 'recv' || left.has(event.mark), `${name(event)} arrives before it leaves`);
    }
  }
});

test('merge, live: an arrival waits for its message, and what follows it waits, too', () => {
  const given = [];
  const merge = new LiveMerge((event) => given.push(`${event.node} ${event.event} ${event.n}`));
  merge.add({ event: 'recv', node: 'b', n: 1, at: 10, from: 'a', mark: 'x' }, 1000);
  merge.add({ event: 'state', node: 'b', n: 2, at: 11 }, 1001);
  equal(given, []);
  merge.add({ event: 'msg', node: 'a', n: 1, at: 9, to: 'b', mark: 'x' }, 1010);
  equal(given, ['a msg 1', 'b recv 1', 'b state 2']);
});

test('merge, live: an arrival whose message was not told goes on after a while', () => {
  const given = [];
  const merge = new LiveMerge((event) => given.push(event.event));
  merge.add({ event: 'recv', node: 'b', n: 1, at: 10, from: 'a', mark: 'x' }, 1000);
  merge.release(1300);
  equal(given, []);
  merge.release(1500);
  equal(given, ['recv']);
});

test('merge, live: a member whose clock is wrong is put on the clock of the page', () => {
  const given = [];
  const merge = new LiveMerge((event) => given.push(event.t));
  merge.add({ event: 'state', node: 'a', n: 1, at: 1_000_000 }, 5000);
  merge.add({ event: 'state', node: 'a', n: 2, at: 1_000_100 }, 5130);
  merge.add({ event: 'state', node: 'b', n: 1, at: 3 }, 5140);
  equal(given, [5000, 5100, 5140]);
});

test('merge, live: moments of the last hour stay where they were', () => {
  const given = [];
  const merge = new LiveMerge((event) => given.push(event.t));
  merge.add({ event: 'moment', node: 'a', n: 1, at: 1_000_000 }, 4_600_000);
  equal(given, [1_000_000]);
});

test('merge, live: a moment of a clock that is ahead was no later than it came', () => {
  const given = [];
  const merge = new LiveMerge((event) => given.push(event.t));
  merge.add({ event: 'moment', node: 'a', n: 1, at: 1_000_000 }, 5000);
  merge.add({ event: 'state', node: 'a', n: 2, at: 1_000_100 }, 5010);
  equal(given, [5000, 5010]);
});
