import { flying } from '/ui/between.js';
import { Model } from '/ui/model.js';
import { Player } from '/ui/player.js';
import { equal, holds, test } from './harness.js';
import { Told, lostLeader } from './runs.js';

/** All that a model knows, as text. */
export function dump(model) {
  const plain = (value) => (value instanceof Map ? [...value] : value);
  const parts = ['count', 'time', 'run', 'end', 'members', 'messages', 'moments', 'rates', 'links', 'votes', 'told', 'untold', 'latency'];
  return JSON.stringify([...parts.map((part) => plain(model[part])), model.promises.judgements()]);
}

test('model: a message is on its way until it arrives', () => {
  const told = new Told('lab');
  told.message('node1', 'node2', 'append', 10, 14, { count: 1 });
  const look = { speed: 0.001, reduced: false };
  const under = Model.of(told.events, 2);
  equal(flying(under, 12, look).map(({ message }) => message.kind), ['append']);
  holds(flying(under, 13, look)[0].far > flying(under, 11, look)[0].far, 'it comes nearer');
  const arrived = Model.of(told.events);
  equal(flying(arrived, 14.1, look), []);
  equal([...arrived.messages.values()].map((one) => one.arrived), [14]);
});

test('model: what nobody saw arrive is lost after five seconds', () => {
  const told = new Told();
  told.message('node1', 'node2', 'append', 10, null);
  const model = Model.of(told.events);
  equal(flying(model, 4000, { speed: 0, reduced: false }).length, 1);
  equal(flying(model, 5100, { speed: 0, reduced: false }).length, 0);
});

test('model: a drop ends a message, and says why', () => {
  const told = new Told('simulation');
  told.message('node1', 'node2', 'vote', 10, null, { mark: 'x' });
  told.tell('node1', 12, { event: 'drop', to: 'node2', kind: 'vote', mark: 'x', why: 'cut' });
  const [message] = Model.of(told.events).messages.values();
  equal([message.lost, message.why], [12, 'cut']);
});

test('model: of two with the same mark the first is the one that arrives', () => {
  const told = new Told();
  told.message('node1', 'node2', 'append', 10, null, { mark: 'x' });
  told.message('node1', 'node2', 'append', 20, 30, { mark: 'x' });
  equal([...Model.of(told.events).messages.values()].map((one) => one.arrived), [30, null]);
});

test('model: rates are of whole seconds', () => {
  const told = new Told();
  for (let at = 0; at < 3000; at += 100) {
    told.message('node1', 'node2', 'append', at, at + 1, { count: 2, bytes: 10 });
  }
  equal(Model.of(told.events).rate('node1', 'node2', 3000), { messages: 10, entries: 20, bytes: 100, sampled: false });
});

test('model: rates count what was left out', () => {
  const told = new Told();
  for (let at = 0; at < 3000; at += 100) {
    told.message('node1', 'node2', 'append', at, at + 1, { count: 1, bytes: 10 });
    told.tell('node1', at + 2, { event: 'lost', count: 9 });
  }
  const model = Model.of(told.events);
  equal(model.rate('node1', 'node2', 3000), { messages: 100, entries: 100, bytes: 1000, sampled: true });
  equal(model.untold, 270);
});

test('model: moments are kept by time, and once, though a stream tells them again', () => {
  const moments = [
    { event: 'moment', kind: 'leads', node: 'b', n: 4, at: 30, text: 'b leads' },
    { event: 'moment', kind: 'leads', node: 'a', n: 2, at: 10, text: 'a leads' },
    { event: 'moment', kind: 'leads', node: 'b', n: 4, at: 30, text: 'b leads' },
  ];
  equal(Model.of(moments).moments.map((one) => one.text), ['a leads', 'b leads']);
});

test('model: a moment of the past that comes late is shown when it was', () => {
  const player = new Player();
  player.append({ event: 'state', node: 'a', n: 9, at: 5000, role: 'follower', term: 1 });
  player.append({ event: 'moment', kind: 'leads', node: 'b', n: 4, at: 30, text: 'b leads' });
  player.seek(2);
  equal([player.model.moments[0].t, player.model.time], [30, 5000]);
});

test('model: votes are counted while they are asked for', () => {
  const told = new Told();
  told.message('node2', 'node3', 'vote', 1, 2, { term: 4, last: 7, lastTerm: 3 });
  told.message('node3', 'node2', 'vote_reply', 3, 4, { term: 4, granted: true });
  told.message('node1', 'node2', 'vote_reply', 3, 5, { term: 4, granted: false });
  const { granted, refused } = Model.of(told.events).votes.get('node2');
  equal([granted, refused], [['node2', 'node3'], ['node1']]);
});

test('model: entries are remembered for as long as the log still has them', () => {
  const told = new Told();
  const terms = Array.from({ length: 60 }, () => 1);
  told.state('node1', 1, terms.slice(0, 40));
  told.state('node1', 2, terms);
  equal([Model.of(told.events).members.get('node1').log[0][0], Model.of(told.events).members.get('node1').log.length], [9, 52]);
  told.state('node1', 3, [...terms.slice(0, 20), 2, 2]);
  equal(Model.of(told.events).members.get('node1').log.map(([, term]) => term).slice(-3), [1, 2, 2]);
  equal(Model.of(told.events).members.get('node1').log.length, 22);
});

test('model: what is not known is ignored', () => {
  const model = Model.of([{ event: 'what', node: 'a', n: 1, at: 1 }, { event: 'state', node: 'a', n: 2, at: 2, role: 'follower', term: 1, later: true }]);
  equal(model.members.get('a').state.role, 'follower');
});

test('model: the same events give the same model, and a snapshot is not touched by what comes later', () => {
  const events = lostLeader();
  const half = Model.of(events, 500);
  const copy = half.snapshot();
  const before = dump(half);
  events.slice(500).forEach((event) => half.add(event));
  equal(dump(copy) === before, true, 'the snapshot');
  events.slice(500).forEach((event) => copy.add(event));
  equal(dump(copy) === dump(Model.of(events)), true, 'the end');
});
