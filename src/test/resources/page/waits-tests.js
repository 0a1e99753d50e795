import { Model } from '/ui/model.js';
import { waits } from '/ui/waits.js';
import { equal, holds, test } from './harness.js';
import { Told } from './runs.js';

const say = (told, now) => waits(Model.of(told.events), now).text;
const log = (length) => Array.from({ length }, () => 1);

test('waits: nothing, when all is committed', () => {
  const told = new Told();
  told.leads('node1', 1000, log(43));
  told.leads('node1', 2000, log(43));
  equal(say(told, 2100), 'leader node1 waits for nothing: all up to 43 is committed, and on 3 of 3 disks.');
});

test('waits: one more disk, and why each has not', () => {
  const told = new Told();
  told.leads('node1', 0, log(1042), { commit: 1042 });
  told.leads('node1', 2000, log(1043), { commit: 1042, match: { node2: 1042, node3: 1042 }, heard: { node2: 2100, node3: 30 } });
  equal(say(told, 2000), 'leader node1 waits for one more disk to commit 1,043: node2 last heard 2 s ago, node3 syncs.');
});

test('waits: its own disk may be the one', () => {
  const told = new Told();
  told.leads('node1', 0, log(5), { commit: 4 });
  told.leads('node1', 1000, log(5), { commit: 4, synced: 4, match: { node2: 5, node3: 4 } });
  equal(say(told, 1000), 'leader node1 waits for one more disk to commit 5: its own disk syncs, node3 syncs.');
});

test('waits: an entry of an old term is not committed by counting', () => {
  const told = new Told();
  told.leads('node1', 0, [1, 2], { commit: 1, term: 4 });
  told.leads('node1', 1000, [1, 2], { commit: 1, term: 4 });
  equal(say(told, 1000), 'leader node1 waits for an entry of its own term 4 on a majority of disks to commit 2.');
});

test('waits: entries that flow are waited for by nobody', () => {
  const told = new Told();
  told.leads('node1', 900, log(50), { commit: 49 });
  told.leads('node1', 1000, log(51), { commit: 50 });
  equal(say(told, 1010), 'leader node1 commits as entries come: 50 is committed, 1 on the way to a majority of 3 disks.');
});

test('waits: whoever is missed is named, also when all goes on', () => {
  const told = new Told();
  told.leads('node1', 0, log(9));
  told.leads('node1', 5000, log(9), { match: { node3: 4 }, heard: { node3: 14_000 } });
  equal(say(told, 5000), 'leader node1 waits for nothing: all up to 9 is committed, and on 2 of 3 disks; node3 last heard 14 s ago.');
});

test('waits: whoever catches up is named', () => {
  const told = new Told();
  told.leads('node1', 0, log(9000));
  told.state('node3', 4990, log(100));
  told.leads('node1', 5000, log(9000), { match: { node3: 100 } });
  equal(say(told, 5000), 'leader node1 waits for nothing: all up to 9,000 is committed, and on 2 of 3 disks; node3 catches up, 8,900 entries to go.');
});

test('waits: a leader without a majority', () => {
  const told = new Told();
  told.leads('node1', 1000, log(9), { heard: { node2: 1500, node3: 3000 } });
  equal(say(told, 1000), 'leader node1 waits for a majority: it hears 1 of 3, node2 last heard 1 s ago, node3 last heard 3 s ago.');
});

test('waits: a candidate, its votes, and why one is refused', () => {
  const told = new Told();
  told.state('node1', 90, log(5), { role: 'candidate', term: 2 });
  told.state('node2', 90, log(5));
  told.state('node3', 90, log(7), { commit: 5 });
  told.message('node1', 'node2', 'vote', 100, 101, { term: 2, last: 5, lastTerm: 1 });
  told.message('node1', 'node3', 'vote', 100, 101, { term: 2, last: 5, lastTerm: 1 });
  told.message('node3', 'node1', 'vote_reply', 102, 103, { term: 2, granted: false });
  equal(say(told, 104), 'no leader: node1 asks for votes in term 2, has 1 of 2, node3 refuses: its log is longer.');
});

test('waits: a refusal by a later term, and by a vote for another', () => {
  const told = new Told();
  told.state('node1', 90, [1], { role: 'candidate', term: 5 });
  told.state('node2', 90, [1, 4], { term: 5 });
  told.state('node3', 90, [1], { term: 5, vote: 'node2' });
  told.message('node1', 'node2', 'vote', 100, 101, { term: 5, last: 1, lastTerm: 1 });
  told.message('node2', 'node1', 'vote_reply', 102, 103, { term: 5, granted: false });
  told.message('node3', 'node1', 'vote_reply', 102, 103, { term: 5, granted: false });
  equal(say(told, 104), 'no leader: node1 asks for votes in term 5, has 1 of 2, node2 refuses: its log ends in the later term 4, node3 refuses: it has voted for node2.');
});

test('waits: pre-votes are asked for as what they are', () => {
  const told = new Told();
  ['node1', 'node2', 'node3'].forEach((id) => told.state(id, 90, [1]));
  told.message('node1', 'node2', 'pre_vote', 100, 101, { term: 2, last: 1, lastTerm: 1 });
  equal(say(told, 104), 'no leader: node1 asks whether it would get votes for term 2, has 1 of 2.');
});

test('waits: too few are here', () => {
  const told = new Told();
  told.state('node2', 1000, [1]);
  told.state('node1', 10_000, [1]);
  equal(say(told, 10_100), 'no leader, and none can be chosen: 1 of 3 voters is here, 2 are needed; node2 last heard 9 s ago, nothing is known of node3.');
});

test('waits: an election timeout', () => {
  const told = new Told();
  ['node1', 'node2', 'node3'].forEach((id) => told.state(id, 90, [1]));
  equal(say(told, 100), 'no leader: node1, node2 and node3 wait until an election timeout is over.');
});

test('waits: the leader that the page does not hear is not spoken for', () => {
  const told = new Told();
  told.leads('node1', 1000, log(3));
  equal(say(told, 2500), 'leader node1 has told nothing for 1 s: it was at 3 then.');
});

test('waits: a simulation tells nothing for long, and nothing is missed by that', () => {
  const told = new Told('simulation');
  told.leads('node1', 0, log(3));
  holds(say(told, 60_000).startsWith('leader node1 waits for nothing'), say(told, 60_000));
});

test('waits: a full disk', () => {
  const told = new Told();
  told.leads('node1', 1000, log(3), { full: 'disk' });
  equal(say(told, 1000), 'leader node1 waits for room on its disk: it is nearly full, and writes that grow are refused.');
});
