// The events of several members in one order: those of a member by their number, no arrival before what arrives, and what that
// leaves open by the clocks, once it is known how far these are apart.

/** As long an arrival waits for its message, in milliseconds; then it was not told, or left out as there were too many. */
const LONGEST_WAIT = 400;
/** So many messages are remembered for their arrivals. */
const MOST_WAITING = 5000;

/** The last moment that a date can be of, in milliseconds since 1970. */
const LAST_TIME = 8.64e15;

/** True for what can be the time of an event. */
export function isTime(value) {
  return Number.isFinite(value) && Math.abs(value) <= LAST_TIME;
}

/** A recv and its msg have the same. */
export function link(from, to, mark) {
  return `${from}\n${to}\n${mark}`;
}

function linkOf(event) {
  if (event.event === 'msg' || event.event === 'drop') {
    return link(event.node, event.to, event.mark);
  }
  return link(event.from, event.node, event.mark);
}

/**
 * How far each member's clock is ahead of the first one's, in milliseconds: a message cannot arrive before it leaves, in either
 * direction, and the quickest of both are taken to be equally quick. Zero for whom nothing is known of.
 */
export function clockOffsets(events) {
  const sent = new Map();
  const quickest = new Map();
  const nodes = new Set();
  for (const event of events) {
    if (event.node !== undefined) {
      nodes.add(event.node);
    }
    if (event.event === 'msg') {
      push(sent, linkOf(event), event.at);
    }
  }
  for (const event of events) {
    const left = event.event === 'recv' ? sent.get(linkOf(event))?.shift() : undefined;
    if (left !== undefined) {
      const way = `${event.from}\n${event.node}`;
      quickest.set(way, Math.min(quickest.get(way) ?? Infinity, event.at - left));
    }
  }
  const offsets = new Map();
  for (const first of nodes) {
    if (!offsets.has(first)) {
      spread(first, nodes, quickest, offsets);
    }
  }
  return offsets;
}

/** Goes from one member to all that it has spoken with in both directions. */
function spread(first, nodes, quickest, offsets) {
  offsets.set(first, 0);
  const next = [first];
  while (next.length > 0) {
    const here = next.shift();
    for (const there of nodes) {
      const to = quickest.get(`${here}\n${there}`);
      const from = quickest.get(`${there}\n${here}`);
      if (!offsets.has(there) && to !== undefined && from !== undefined) {
        // Clocks that no message contradicts are left as they are: a simulation has one for all.
        const apart = to < 0 || from < 0 ? (to - from) / 2 : 0;
        offsets.set(there, offsets.get(here) + apart);
        next.push(there);
      }
    }
  }
}

function push(map, key, value) {
  const values = map.get(key);
  if (values) {
    values.push(value);
  } else {
    map.set(key, [value]);
  }
}

/**
 * All events of a run in one order, each with `t`: when it was, on one clock, never less than that of the one before.
 *
 * @param events in any order; not changed
 */
export function order(events) {
  const offsets = clockOffsets(events);
  const queues = new Map();
  const sent = new Map();
  const sorted = [];
  const ends = [];
  for (const event of events) {
    if (event.event === 'run') {
      sorted.push(event);
    } else if (event.event === 'end') {
      ends.push(event);
    } else {
      // Who looks on from outside tells without a name, and by the clock alone.
      push(queues, event.node ?? '', event);
      if (event.event === 'msg') {
        sent.set(linkOf(event), (sent.get(linkOf(event)) ?? 0) + 1);
      }
    }
  }
  const heads = [...queues.values()].map((queue) => ({ queue: byNumber(queue), next: 0 }));
  take(heads, sent, offsets, sorted);
  let last = 0;
  return [...sorted, ...ends].map((event) => {
    last = Math.max(last, (event.at ?? last) - (offsets.get(event.node) ?? 0));
    return { ...event, t: last };
  });
}

/** By `n`; a process that began anew counts from 1 again, and its clock tells which comes first. */
function byNumber(queue) {
  const numbers = new Set(queue.map((event) => event.n));
  if (numbers.size === queue.length) {
    return [...queue].sort((a, b) => a.n - b.n);
  }
  const lives = [];
  let seen = numbers;
  for (const event of [...queue].sort((a, b) => a.at - b.at || a.n - b.n)) {
    if (seen.has(event.n)) {
      lives.push([]);
      seen = new Set();
    }
    seen.add(event.n);
    lives.at(-1).push(event);
  }
  return lives.flatMap((life) => life.sort((a, b) => a.n - b.n));
}

function take(heads, sent, offsets, sorted) {
  const arrived = new Map();
  const left = new Map();
  for (;;) {
    let best = null;
    let blocked = null;
    for (const head of heads) {
      const event = head.queue[head.next];
      if (event === undefined) {
        continue;
      }
      const at = event.at - (offsets.get(event.node) ?? 0);
      const key = event.event === 'recv' ? linkOf(event) : null;
      const early =
        key !== null && (arrived.get(key) ?? 0) >= (left.get(key) ?? 0) && (left.get(key) ?? 0) < (sent.get(key) ?? 0);
      const candidate = { head, event, at, key };
      if (early) {
        blocked = blocked === null || at < blocked.at ? candidate : blocked;
      } else if (best === null || at < best.at) {
        best = candidate;
      }
    }
    // All wait for each other only where numbers contradict marks: then time decides.
    const chosen = best ?? blocked;
    if (chosen === null) {
      return;
    }
    if (chosen.event.event === 'msg') {
      left.set(linkOf(chosen.event), (left.get(linkOf(chosen.event)) ?? 0) + 1);
    } else if (chosen.key !== null) {
      arrived.set(chosen.key, (arrived.get(chosen.key) ?? 0) + 1);
    }
    chosen.head.next++;
    sorted.push(chosen.event);
  }
}

/** The same for events that are still coming: holds an arrival back until its message is here, but not for long. */
export class LiveMerge {
  #give;
  #left = new Map();
  #held = new Map();
  #ahead = new Map();

  /** @param give is given each event, with `t`: when it was, on the clock of this page */
  constructor(give) {
    this.#give = give;
  }

  /** Takes an event that came at this time of the page's clock, in milliseconds. */
  add(event, now) {
    const held = this.#held.get(event.node);
    if (held) {
      held.push({ event, now });
    } else {
      this.#take(event, now);
    }
    this.release(now);
  }

  /** Gives what has waited long enough, or waits no more. */
  release(now) {
    for (let again = true; again; ) {
      again = false;
      for (const [node, held] of this.#held) {
        if (this.#mayGo(held[0], now)) {
          this.#held.delete(node);
          again = true;
          this.#goOn(node, held, now);
        }
      }
    }
  }

  #goOn(node, held, now) {
    this.#give(this.#placed(held[0].event, held[0].now));
    held.shift();
    while (held.length > 0) {
      const { event, now: came } = held[0];
      if (event.event === 'recv' && !this.#mayGo(held[0], now)) {
        this.#held.set(node, held);
        return;
      }
      held.shift();
      this.#note(event);
      this.#give(this.#placed(event, came));
    }
  }

  #mayGo({ event, now: came }, now) {
    const key = linkOf(event);
    const known = this.#left.get(key) ?? 0;
    if (known > 0) {
      this.#left.set(key, known - 1);
      return true;
    }
    return now - came >= LONGEST_WAIT;
  }

  #take(event, now) {
    if (event.event === 'recv' && !this.#mayGo({ event, now }, now)) {
      this.#held.set(event.node, [{ event, now }]);
      return;
    }
    this.#note(event);
    this.#give(this.#placed(event, now));
  }

  #note(event) {
    if (event.event === 'msg') {
      const key = linkOf(event);
      this.#left.set(key, (this.#left.get(key) ?? 0) + 1);
      if (this.#left.size > MOST_WAITING) {
        this.#left.delete(this.#left.keys().next().value);
      }
    }
  }

  /**
   * Puts an event on the page's clock, by the one of this member that came soonest after it was told. Moments may be an hour old
   * when they come, so they tell nothing of the clocks. Nothing happens after it is told: a member whose clock is ahead would
   * else put all that follows into a time that this page has not reached.
   */
  #placed(event, now) {
    if (!isTime(event.at)) {
      return event;
    }
    if (event.event !== 'moment') {
      this.#ahead.set(event.node, Math.max(this.#ahead.get(event.node) ?? -Infinity, event.at - now));
    }
    return { ...event, t: Math.min(event.at - (this.#ahead.get(event.node) ?? 0), now) };
  }
}
