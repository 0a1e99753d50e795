// Runs of a cluster, made up: what its members would tell.

export const IDS = ['node1', 'node2', 'node3'];

/** Collects events as members tell them, each with its own count. */
export class Told {
  events = [];
  #counts = new Map();
  #marks = 0;

  constructor(source = 'cluster', nodes = IDS) {
    this.nodes = nodes;
    this.events.push({ event: 'run', format: 1, source, title: 'a run', nodes });
  }

  /** Any event of a member. */
  tell(node, at, event) {
    const n = (this.#counts.get(node) ?? 0) + 1;
    this.#counts.set(node, n);
    const told = { ...event, node, n, at };
    this.events.push(told);
    return told;
  }

  /** A picture of a member with a log of these terms; what is not given is what a follower in step would say. */
  state(node, at, terms, more = {}) {
    const tape = terms.map((term, place) => [place + 1, term, place === 0 ? 'noop' : 'command', 40, place, [`key${place + 1}`]]).slice(-32);
    const last = terms.length;
    return this.tell(node, at, {
      event: 'state', role: 'follower', term: terms.at(-1) ?? 0, vote: null, leader: null, first: 1, last, synced: last, commit: last, applied: last, snapshot: 0,
      members: this.nodes.map((id, place) => ({ id, voter: true, http: `127.0.0.1:${11000 + place}` })), tape, waits: '', ...more,
    });
  }

  /** A leader that has heard of the others so many milliseconds ago, and knows how far they are. */
  leads(node, at, terms, { heard = {}, match = {}, ...more } = {}) {
    const peers = this.nodes.filter((id) => id !== node).map((id) => ({ id, match: match[id] ?? terms.length, heard: heard[id] ?? 20 }));
    return this.state(node, at, terms, { role: 'leader', leader: node, peers, ...more });
  }

  /** A message that leaves at one time and arrives at another, or never. */
  message(from, to, kind, sent, arrived, more = {}) {
    const mark = more.mark ?? `m${this.#marks++}`;
    this.tell(from, sent, { event: 'msg', to, kind, term: 1, ...more, mark });
    if (arrived !== null) {
      this.tell(to, arrived, { event: 'recv', from, kind, term: more.term ?? 1, mark });
    }
  }
}

/** Twenty seconds of a cluster that writes, loses its leader, elects another one and goes on. */
export function lostLeader() {
  const told = new Told();
  const terms = [1];
  let leader = 'node1';
  told.tell('node1', 0, { event: 'moment', kind: 'leads', term: 1, text: 'node1 leads in term 1' });
  for (let at = 10; at < 20_000; at += 50) {
    const dead = at > 8000 ? ['node1'] : [];
    if (at > 8000 && at < 9000) {
      ['node2', 'node3'].filter((id) => at % 200 === 10).forEach((id) => told.state(id, at, terms, { leader: 'node1' }));
      continue;
    }
    if (leader === 'node1' && at >= 9000) {
      leader = 'node2';
      told.tell('node2', at, { event: 'moment', kind: 'campaigns', term: 2, text: 'node2 asks for votes in term 2' });
      told.message('node2', 'node3', 'vote', at, at + 1, { term: 2, last: terms.length, lastTerm: 1 });
      told.message('node2', 'node1', 'vote', at, null, { term: 2, last: terms.length, lastTerm: 1 });
      told.message('node3', 'node2', 'vote_reply', at + 2, at + 3, { term: 2, granted: true });
      told.tell('node2', at + 3, { event: 'moment', kind: 'leads', term: 2, text: 'node2 leads in term 2' });
      terms.push(2);
    }
    const term = terms.at(-1);
    const wrote = at % 150 === 10;
    if (wrote) {
      terms.push(term);
    }
    for (const id of IDS.filter((one) => one !== leader && !dead.includes(one))) {
      told.message(leader, id, 'append', at + 4, at + 5, { term, prev: terms.length - 1, prevTerm: term, count: wrote ? 1 : 0, bytes: 40, commit: terms.length - 1, round: 1 });
      told.message(id, leader, 'append_reply', at + 6, at + 7, { term, ok: true, index: terms.length, round: 1 });
    }
    if (at % 100 === 10) {
      told.leads(leader, at + 8, terms, { vote: leader, rates: { writes: 7, reads: 3, stale: 1, watchers: 0, fsyncs: 7, entriesPerFsync: 1, p50: 2, p99: 5, errors: 0 } });
      IDS.filter((one) => one !== leader && !dead.includes(one)).forEach((id) => told.state(id, at + 9, terms, { leader, vote: leader }));
    }
  }
  told.events.push({ event: 'end', at: 20_000, text: null });
  return told.events;
}
