import { Model } from '/ui/model.js';
import { equal, holds, test } from './harness.js';
import { Told, lostLeader } from './runs.js';

function judged(told) {
  return Object.fromEntries(Model.of(told.events ?? told).promises.judgements().map((one) => [one.name, one]));
}

function brokenAlone(told, name, ...parts) {
  const all = judged(told);
  equal(Object.values(all).filter((one) => one.state === 'broken').map((one) => one.name), [name]);
  parts.forEach((part) => holds(all[name].evidence.text.includes(part), `'${all[name].evidence.text}' says '${part}'`));
}

test('promises: an election and its writes break none', () => {
  const all = judged(lostLeader());
  equal(Object.values(all).map((one) => one.state), ['holds', 'holds', 'holds', 'unknown', 'unknown']);
});

test('promises: two leaders of one term are seen', () => {
  const told = new Told();
  told.leads('node1', 1, [2], { term: 2, commit: 0 });
  told.leads('node3', 2, [2], { term: 2, commit: 0 });
  brokenAlone(told, 'election_safety', 'node1', 'node3', 'term 2');
});

test('promises: a leader of one term and another of the next are none', () => {
  const told = new Told();
  told.leads('node1', 1, [1]);
  told.leads('node2', 2, [1, 2]);
  told.leads('node1', 3, [1]);
  equal(judged(told).election_safety.state, 'holds');
});

test('promises: an append tells who leads, too', () => {
  const told = new Told();
  told.message('node1', 'node2', 'append', 1, 2, { term: 5 });
  told.message('node3', 'node2', 'append', 3, 4, { term: 5 });
  brokenAlone(told, 'election_safety', 'node1 and node3');
});

test('promises: the same index and term with something else in it is seen', () => {
  const told = new Told();
  const one = told.state('node1', 1, [1, 1], { commit: 0 });
  told.tell('node2', 2, { ...one, tape: [one.tape[0], [2, 1, 'command', 40, 77]] });
  brokenAlone(told, 'log_matching', 'Entry 2 of term 1', 'at 77');
});

test('promises: an entry in the form that an older version was sent is the same entry', () => {
  const told = new Told();
  const one = told.state('node1', 1, [1, 1], { commit: 0 });
  told.tell('node2', 2, { ...one, tape: [one.tape[0], [2, 1, 'command', 7, 1]] });
  equal(judged(told).log_matching.state, 'holds');
});

test('promises: nodes that were set up anew have promised nothing about the cluster before', () => {
  const told = new Told();
  const run = { event: 'run', format: 1, source: 'cluster' };
  told.events.push({ ...run, title: 'cluster one, node1' });
  told.leads('node1', 1, [1]);
  told.events.push({ ...run, title: 'cluster two, node1' });
  told.leads('node2', 2, [1]);
  equal(judged(told).election_safety.state, 'holds');
});

test('promises: the same entry after different ones is seen', () => {
  const told = new Told();
  told.state('node1', 1, [1, 1, 3], { commit: 0 });
  told.state('node2', 2, [1, 2, 3], { commit: 0 });
  brokenAlone(told, 'log_matching', 'before it', 'term 1', 'term 2');
});

test('promises: a leader of a later term without a committed entry is seen', () => {
  const told = new Told();
  told.state('node2', 1, [1, 1, 1]);
  told.leads('node3', 2, [1, 1, 2], { commit: 0 });
  brokenAlone(told, 'leader_completeness', 'node3', 'entry 3 of term 1');
});

test('promises: a leader whose log is too short is seen', () => {
  const told = new Told();
  told.state('node2', 1, [1, 1, 1]);
  told.leads('node3', 2, [1], { term: 2, commit: 0 });
  brokenAlone(told, 'leader_completeness', 'node3', 'does not have it');
});

test('promises: a leader of an old term that has not heard of the new one breaks nothing', () => {
  const told = new Told();
  told.leads('node2', 1, [1, 2]);
  told.leads('node1', 2, [1, 1], { commit: 1 });
  equal(judged(told).leader_completeness.state, 'holds');
});

test('promises: a committed entry that is cut is seen', () => {
  const told = new Told();
  told.state('node2', 1, [1, 1, 1]);
  told.tell('node2', 2, { event: 'moment', kind: 'truncated', index: 3, text: 'cut' });
  brokenAlone(told, 'leader_completeness', 'node2 cut entry 3');
});

test('promises: a tail that was not committed may be cut', () => {
  const told = new Told();
  told.state('node2', 1, [1, 1, 1], { commit: 2 });
  told.tell('node2', 2, { event: 'moment', kind: 'truncated', index: 3, text: 'cut' });
  holds(judged(told).leader_completeness.state !== 'broken', 'it is not broken');
});

test('promises: copies that differ at one revision are seen', () => {
  const told = new Told();
  told.state('node1', 1, [1], { hash: [9, 'aa'] });
  told.state('node2', 2, [1], { hash: [8, 'cc'] });
  equal(judged(told).state_machine_safety.state, 'unknown');
  told.state('node2', 3, [1], { hash: [9, 'bb'] });
  brokenAlone(told, 'state_machine_safety', 'revision 9', 'aa', 'bb');
});

test('promises: hashes of different comparisons are of different moments', () => {
  const told = new Told();
  told.state('node1', 1, [1], { hash: [9, 'aa', 'c1'] });
  told.state('node2', 2, [1], { hash: [9, 'bb', 'c2'] });
  equal(judged(told).state_machine_safety.state, 'unknown');
  told.state('node3', 2, [1], { hash: [9, 'bb', 'c1'] });
  equal(judged(told).state_machine_safety.state, 'broken');
});

test('promises: a read index below what its asker knew to be committed is seen', () => {
  const told = new Told();
  told.state('node2', 1, [1, 1, 1]);
  told.message('node2', 'node1', 'read_index', 2, 3, { request: 5 });
  told.message('node1', 'node2', 'read_index_reply', 4, 5, { request: 5, index: 3 });
  equal(judged(told).fresh_reads.state, 'holds');
  told.message('node2', 'node1', 'read_index', 6, 7, { request: 6 });
  told.message('node1', 'node2', 'read_index_reply', 8, 9, { request: 6, index: 2 });
  brokenAlone(told, 'fresh_reads', 'read at 2', '3 was committed');
});

test('promises: what a simulation tells is shown as it says', () => {
  const told = new Told('simulation');
  told.tell('node2', 7, { event: 'promise', name: 'leader_completeness', text: 'node2 lacks entry 4', section: '3.6.3' });
  brokenAlone(told, 'leader_completeness', 'node2 lacks entry 4');
  const other = new Told('simulation');
  other.tell('node2', 7, { event: 'promise', name: 'session_order', text: 'twice', section: '6.3' });
  brokenAlone(other, 'session_order', 'twice');
});
