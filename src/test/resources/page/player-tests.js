import { Model } from '/ui/model.js';
import { Player } from '/ui/player.js';
import { dump } from './model-tests.js';
import { equal, holds, numbers, test } from './harness.js';
import { lostLeader } from './runs.js';

test('player: every moment is the model of the events up to it, whichever way one came there', () => {
  const events = lostLeader();
  const player = new Player();
  player.load(events);
  const random = numbers(3);
  for (let round = 0; round < 30; round++) {
    const index = Math.floor(random() * (events.length + 1));
    player.seek(index);
    holds(dump(player.model) === dump(Model.of(events, index)), `after ${index} events`);
  }
});

test('player: a step forward and back is the moment before', () => {
  const player = new Player();
  player.load(lostLeader());
  player.seek(700);
  const before = dump(player.model);
  player.step();
  holds(dump(player.model) !== before, 'something has changed');
  player.step(-1);
  holds(dump(player.model) === before, 'it is as before');
});

test('player: it plays at its speed, and stops at the end', () => {
  const player = new Player();
  player.load(lostLeader());
  player.speed = 0.5;
  player.play();
  const begin = player.time;
  player.tick(1000, 0);
  equal(player.time - begin, 500);
  player.tick(1_000_000, 0);
  equal([player.playing, player.cursor], [false, player.events.length]);
});

test('player: what is live is shown a little later, when it is complete', () => {
  const player = new Player();
  player.follow();
  player.append({ event: 'state', node: 'a', n: 1, at: 1000, role: 'leader', term: 1 });
  player.tick(40, 1100);
  equal(player.cursor, 0);
  player.tick(40, 1349);
  equal(player.cursor, 0);
  player.tick(40, 1350);
  equal(player.cursor, 1);
});

test('player: it waits at the end of what is there while more is on its way', () => {
  const player = new Player();
  player.load([{ event: 'moment', node: 'a', n: 1, at: 1 }, { event: 'moment', node: 'a', n: 2, at: 2 }]);
  player.more = true;
  player.play();
  player.tick(1000, 0);
  equal([player.playing, player.cursor], [true, 2]);
  player.play();
  equal(player.cursor, 2);
  player.append({ event: 'moment', node: 'a', n: 3, at: 3 });
  player.more = false;
  player.tick(1000, 0);
  equal([player.playing, player.cursor], [false, 3]);
});

test('player: a file is kept whole, and what was there before is gone', () => {
  const player = new Player();
  player.append({ event: 'state', node: 'old', n: 1, at: 1, role: 'leader', term: 1 });
  player.seek(1);
  const all = Array.from({ length: 52_000 }, (_, i) => ({ event: 'moment', node: 'a', n: i + 1, at: i, kind: 'connected', text: '' }));
  player.load(all);
  equal([player.events.length, player.cursor, player.model.members.has('old'), player.start()], [52_000, 0, false, 1]);
});

test('player: a time that is none is taken for the one before', () => {
  const player = new Player();
  for (const at of [5, Infinity, 1e300, 'soon', 7]) {
    player.append({ event: 'moment', node: 'a', at });
  }
  equal([0, 1, 2, 3, 4].map((index) => player.timeOf(index)), [5, 5, 5, 5, 7]);
});

test('player: a run that goes on for long is kept to its newest part, and still rewinds', () => {
  const player = new Player();
  const all = 57_000;
  for (let i = 0; i < all; i++) {
    player.append({ event: 'state', node: `node${i % 3}`, n: i, at: i, role: 'follower', term: 1, commit: i, last: i });
    if (i % 10_000 === 0) {
      player.seek(player.events.length);
    }
  }
  holds(player.events.length <= 50_000, 'it is bounded');
  player.seek(player.events.length);
  equal(player.model.members.get(`node${(all - 1) % 3}`).state.last, all - 1);
  player.seek(10);
  equal(player.model.members.size, 3);
  equal(player.model.count, all - player.events.length + 10);
});

test('player: moments of the hour before are known without what went on around them', () => {
  const player = new Player();
  equal(player.seenSince() === Infinity, true);
  player.append({ event: 'run', format: 1, nodes: ['a'] });
  player.append({ event: 'moment', kind: 'leads', node: 'a', n: 1, at: 1000 });
  player.append({ event: 'state', node: 'a', n: 2, at: 9000, role: 'leader', term: 1 });
  equal([player.start(), player.seenSince()], [1000, 9000]);
});

test('player: what cannot be understood of one event leaves the others', () => {
  const player = new Player();
  const events = lostLeader();
  player.load([events[0], { event: 'state', node: 'node1', n: 1, at: 0, members: 5 }, ...events.slice(1)]);
  player.seek(player.events.length);
  equal(player.cursor, events.length + 1);
  equal(player.model.ids(), ['node1', 'node2', 'node3']);
});
