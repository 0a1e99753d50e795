// The promises of Raft, judged by what the members tell: no number of pictures proves one, but a single one can break it.
// Pure: the same events give the same judgement.

import { number } from './words.js';

/** What is watched, in the order in which it is shown, with the dissertation's section. */
export const PROMISES = [
  { name: 'election_safety', title: 'One leader a term', section: '3.4' },
  { name: 'log_matching', title: 'Logs match', section: '3.5' },
  { name: 'leader_completeness', title: 'The leader is complete', section: '3.6.3' },
  { name: 'state_machine_safety', title: 'Copies agree', section: '3.6.3' },
  { name: 'fresh_reads', title: 'Reads are fresh', section: '6.4' },
];

/** So many entries, terms and hashes are remembered, of each the newest. */
const MOST_REMEMBERED = 4096;

/** What has been seen of each promise. */
export class Promises {
  #cluster = null;
  #leaders = new Map();
  #entries = new Map();
  #committed = new Map();
  #hashes = new Map();
  #reads = new Map();
  #commits = new Map();
  #seen = new Map();
  #broken = new Map();

  /** The same at this moment, whatever is added to either later. */
  snapshot() {
    const copy = new Promises();
    copy.#cluster = this.#cluster;
    copy.#leaders = new Map(this.#leaders);
    copy.#entries = new Map(this.#entries);
    copy.#committed = new Map(this.#committed);
    copy.#hashes = new Map(this.#hashes);
    copy.#reads = new Map(this.#reads);
    copy.#commits = new Map(this.#commits);
    copy.#seen = new Map(this.#seen);
    copy.#broken = new Map(this.#broken);
    return copy;
  }

  /** Each promise with `state` (`holds`, `broken`, `unknown`), `seen` (how often it was looked at), and the evidence against it. */
  judgements() {
    const others = [...this.#broken.keys()].filter((name) => !PROMISES.some((promise) => promise.name === name));
    return [...PROMISES, ...others.map((name) => ({ name, title: name.replaceAll('_', ' '), section: null }))].map((promise) => {
      const evidence = this.#broken.get(promise.name) ?? null;
      const seen = this.#seen.get(promise.name) ?? 0;
      const section = evidence?.section ?? promise.section;
      return { ...promise, section, seen, evidence, state: evidence ? 'broken' : seen > 0 ? 'holds' : 'unknown' };
    });
  }

  /** Takes the next event, which was at this time. */
  add(event, t) {
    switch (event.event) {
      case 'run':
        this.#run(event);
        break;
      case 'state':
        this.#state(event, t);
        break;
      case 'moment':
        this.#moment(event, t);
        break;
      case 'msg':
        this.#message(event, t);
        break;
      case 'recv':
        if (event.kind === 'read_index_reply') {
          this.#answered(event, t);
        }
        break;
      case 'promise':
        this.#break(event.name, t, event.text, event.section);
        break;
    }
  }

  /** Nodes that were set up anew are another cluster, which has promised nothing about the first one. */
  #run(event) {
    const cluster = /^cluster ([^,]+)/.exec(event.title ?? '')?.[1] ?? null;
    if (cluster !== null && this.#cluster !== null && cluster !== this.#cluster) {
      for (const known of [this.#leaders, this.#entries, this.#committed, this.#hashes, this.#reads, this.#commits, this.#seen, this.#broken]) {
        known.clear();
      }
    }
    this.#cluster = cluster ?? this.#cluster;
  }

  #state(event, t) {
    if (event.role === 'leader') {
      this.#leads(event.node, event.term, t);
    }
    if (event.commit !== undefined) {
      this.#commits.set(event.node, event.commit);
    }
    if (event.tape) {
      this.#matches(event, t);
      this.#isComplete(event, t);
      this.#commit(event);
    }
    if (event.hash) {
      this.#hash(event, t);
    }
  }

  #moment(event, t) {
    if (event.kind === 'leads') {
      this.#leads(event.node, event.term, t);
    } else if (event.kind === 'truncated') {
      const [index, entry] = [...this.#committed].find(([at, known]) => at >= event.index && known.by === event.node) ?? [];
      if (index !== undefined) {
        this.#break('leader_completeness', t, `${event.node} cut entry ${number(index)} of term ${entry.term} off its log, though it was committed.`);
      }
    } else if (event.kind === 'started' || event.kind === 'power_off' || event.kind === 'crash') {
      // It begins anew with what is on its disk, and knows again what is committed when it is told.
      this.#commits.delete(event.node);
      this.#reads.delete(event.node);
    }
  }

  #message(event, t) {
    if (event.kind === 'append') {
      this.#leads(event.node, event.term, t);
    } else if (event.kind === 'read_index') {
      this.#reads.set(`${event.node}\n${event.request}`, this.#commits.get(event.node) ?? 0);
      bound(this.#reads);
    } else if (event.kind === 'read_index_reply') {
      this.#reads.set(`of ${event.node}\n${event.mark}`, { to: event.to, request: event.request, index: event.index });
      bound(this.#reads);
    }
  }

  #leads(node, term, t) {
    const other = this.#leaders.get(term);
    this.#look('election_safety');
    if (other === undefined) {
      this.#leaders.set(term, node);
      bound(this.#leaders);
    } else if (other !== node) {
      this.#break('election_safety', t, `${other} and ${node} both lead in term ${term}.`);
    }
  }

  /**
   * Two logs that have an entry of the same index and term have the same entry, and the same one before it. Not its bytes: members
   * of older versions are sent some entries in a form that they know.
   */
  #matches(event, t) {
    let before = null;
    for (const [index, term, kind, , clock] of event.tape) {
      const key = `${index} ${term}`;
      const entry = { says: `${kind} at ${clock}`, before, node: event.node };
      const known = this.#entries.get(key);
      if (known === undefined) {
        this.#entries.set(key, entry);
        bound(this.#entries);
      } else if (known.node !== event.node) {
        this.#look('log_matching');
        if (known.says !== entry.says) {
          this.#break('log_matching', t, `Entry ${number(index)} of term ${term} is ${known.says} on ${known.node}, and ${entry.says} on ${event.node}.`);
        } else if (known.before !== null && before !== null && known.before !== before) {
          this.#break('log_matching', t, `${known.node} and ${event.node} have entry ${number(index)} of term ${term}, but before it ${known.node} has one of term ${known.before} and ${event.node} one of term ${before}.`);
        }
      }
      if (known !== undefined && known.before === null && before !== null) {
        this.#entries.set(key, { ...known, before });
      }
      before = term;
    }
  }

  /** Whoever leads has all that was committed in terms before its own. */
  #isComplete(event, t) {
    if (event.role !== 'leader' || event.tape.length === 0) {
      return;
    }
    const terms = new Map(event.tape.map(([index, term]) => [index, term]));
    const first = event.tape[0][0];
    for (const [index, entry] of this.#committed) {
      if (entry.knownIn < event.term && index >= first) {
        this.#look('leader_completeness');
        if (terms.get(index) !== entry.term) {
          const has = terms.has(index) ? `has one of term ${terms.get(index)} there` : 'does not have it';
          this.#break('leader_completeness', t, `${event.node} leads in term ${event.term} and ${has}: entry ${number(index)} of term ${entry.term}, which ${entry.by} knew to be committed in term ${entry.knownIn}.`);
        }
      }
    }
    this.#look('leader_completeness');
  }

  #commit(event) {
    for (const [index, term] of event.tape) {
      const known = this.#committed.get(index);
      if (index <= event.commit && (known === undefined || known.knownIn > event.term)) {
        this.#committed.set(index, { term, knownIn: event.term, by: event.node });
        bound(this.#committed);
      }
    }
  }

  #hash(event, t) {
    const [revision, hash, comparison = ''] = event.hash;
    // Only what was compared at the same moment can be compared.
    const key = `${revision} ${comparison}`;
    const known = this.#hashes.get(key);
    if (known === undefined) {
      this.#hashes.set(key, { hash, node: event.node });
      bound(this.#hashes);
    } else if (known.node !== event.node) {
      this.#look('state_machine_safety');
      if (known.hash !== hash) {
        this.#break('state_machine_safety', t, `At revision ${number(revision)} the copy of ${known.node} has the hash ${known.hash}, that of ${event.node} ${hash}.`);
      }
    }
  }

  /** A read that was asked for is answered from no earlier than what the asker itself knew to be committed by then. */
  #answered(event, t) {
    const reply = this.#reads.get(`of ${event.from}\n${event.mark}`);
    const asked = reply && this.#reads.get(`${event.node}\n${reply.request}`);
    if (asked === undefined || reply.index === undefined) {
      return;
    }
    this.#look('fresh_reads');
    if (reply.index < asked) {
      this.#break('fresh_reads', t, `${event.from} let ${event.node} read at ${number(reply.index)}, though ${number(asked)} was committed before it asked.`);
    }
  }

  #look(name) {
    this.#seen.set(name, (this.#seen.get(name) ?? 0) + 1);
  }

  /** The first evidence counts: what comes after it may be its consequence. */
  #break(name, t, text, section = null) {
    if (!this.#broken.has(name)) {
      this.#broken.set(name, { t, text, section });
    }
  }
}

function bound(map) {
  if (map.size > MOST_REMEMBERED) {
    map.delete(map.keys().next().value);
  }
}
