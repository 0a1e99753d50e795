// What is known at a moment, made of the events up to it and of nothing else: no clock, no chance, no page. The same events
// give the same model, and so the same picture.

import { counted, noted, rateOf, standsFor } from './links.js';
import { link } from './merge.js';
import { Promises } from './promises.js';
import { answered, asked } from './votes.js';
import { byId } from './words.js';

/** So many messages are remembered, for what flies and for the space-time view. */
const MOST_MESSAGES = 3000;
const MOST_MOMENTS = 3000;
/** Of each member, one a second. */
const MOST_RATES = 900;
/** Of each log: as many as fit on a wide screen. */
const MOST_ENTRIES = 120;
/** Of each member: how its term and role changed. */
const MOST_TERMS = 200;
/** A message that has not arrived by then, in milliseconds, is lost, or was not seen to arrive. */
export const LOST_AFTER = 5000;

/** Kinds of moments after which a member is not there, and those after which it is again. */
const AWAY = new Set(['crash', 'power_off', 'stopped', 'frozen', 'fault']);
const BACK = new Set(['started', 'thawed']);
const CUT = new Set(['cut']);
const MENDED = new Set(['mended']);

export class Model {
  /** How many events it is made of. */
  count = 0;
  /** When the last of them was. */
  time = 0;
  run = null;
  end = null;
  /** By id: `{id, state, t, fate, cut, commitSince, terms, log}`. `state` is the newest event of that kind, `t` when it was; `log` its newest entries. */
  members = new Map();
  /** By number, oldest first: `{id, from, to, kind, term, event, sent, arrived, lost}`, times or null. */
  messages = new Map();
  moments = [];
  /** By member: `[{t, ...rates}]`. */
  rates = new Map();
  /** By "from\nto": what was sent in each of the last seconds. */
  links = new Map();
  /** By candidate: `{term, pre, granted: [ids], refused: [ids], last, lastTerm}`. */
  votes = new Map();
  /** By member: how many messages it told lately, and how many it left out; and how many were left out in all. */
  told = new Map();
  untold = 0;
  promises = new Promises();
  /** How long messages take, in milliseconds, as far as it was seen. */
  latency = null;
  #waiting = new Map();
  #nextMessage = 1;

  /** The model after all of these events, or only so many of them. */
  static of(events, length = events.length) {
    const model = new Model();
    for (let i = 0; i < length; i++) {
      model.add(events[i]);
    }
    return model;
  }

  /** The same at this moment, whatever is added to either later. */
  snapshot() {
    const copy = new Model();
    Object.assign(copy, this);
    for (const part of ['members', 'messages', 'rates', 'links', 'votes', 'told']) {
      copy[part] = new Map(this[part]);
    }
    copy.moments = [...this.moments];
    copy.promises = this.promises.snapshot();
    copy.#waiting = new Map(this.#waiting);
    copy.#nextMessage = this.#nextMessage;
    return copy;
  }

  /** The ids of all members that are known, in the order in which they are shown. */
  ids() {
    return [...this.members.keys()].sort(byId);
  }

  /** The members of the newest configuration that any of them tells, `[{id, voter, http}]`. */
  configuration() {
    const newest = [...this.members.values()]
      .filter((member) => member.state?.members)
      .sort((a, b) => b.state.term - a.state.term || b.state.last - a.state.last)[0];
    return newest?.state.members ?? [];
  }

  /** True if times are those of a simulation: since its beginning, not since 1970. */
  simulated() {
    return this.run?.source === 'simulation' || this.run?.source === 'lab';
  }

  /** Takes the next event, which was at this time: `t` where it was merged with others', else `at`. */
  add(event, t = event.t ?? event.at ?? this.time) {
    this.count++;
    this.time = Math.max(this.time, t);
    this.promises.add(event, this.time);
    switch (event.event) {
      case 'run':
        this.run = event;
        (event.nodes ?? []).forEach((id) => this.#member(id));
        break;
      case 'state':
        this.#state(event);
        break;
      case 'msg':
        this.#sent(event);
        break;
      case 'recv':
        this.#noted(event.node, 1, 0);
        this.#settled(link(event.from, event.node, event.mark), event, { arrived: this.time });
        break;
      case 'drop':
        this.#settled(link(event.node, event.to, event.mark), event, { lost: this.time });
        break;
      case 'moment':
        this.#moment(event);
        break;
      case 'lost':
        this.untold += event.count;
        this.#noted(event.node, 0, event.count);
        break;
      case 'promise':
        this.#keep(event, 'promise');
        break;
      case 'end':
        this.end = event;
        break;
    }
  }

  #member(id) {
    let member = this.members.get(id);
    if (member === undefined) {
      member = { id, state: null, t: null, fate: null, cut: null, commitSince: null, terms: [], log: [] };
      this.members.set(id, member);
    }
    return member;
  }

  #state(event) {
    const before = this.#member(event.node);
    const t = this.time;
    const changed = before.state === null || before.state.term !== event.term || before.state.role !== event.role;
    const terms = changed ? [...before.terms, { t, term: event.term, role: event.role }].slice(-MOST_TERMS) : before.terms;
    const away = event.role === 'down' || event.role === 'frozen';
    this.members.set(event.node, {
      ...before,
      state: event,
      t,
      terms,
      fate: away ? (before.fate ?? { kind: event.role, t }) : null,
      log: remembered(before.log, event),
      commitSince: before.state?.commit === event.commit ? before.commitSince : t,
    });
    for (const { id } of event.members ?? []) {
      this.#member(id);
    }
    if (event.rates) {
      this.#rate(event.node, t, event.rates);
    }
    const asks = this.votes.get(event.node);
    if (asks && (event.role === 'leader' || event.term > asks.term)) {
      this.votes.delete(event.node);
    }
  }

  #rate(node, t, rates) {
    const known = this.rates.get(node) ?? [];
    if (known.length === 0 || t - known.at(-1).t >= 1000) {
      this.rates.set(node, [...known, { ...rates, t }].slice(-MOST_RATES));
    }
  }

  #noted(node, told, lost) {
    this.told.set(node, noted(this.told.get(node), told, lost, this.time));
  }

  #sent(event) {
    this.#noted(event.node, 1, 0);
    const id = this.#nextMessage++;
    const { node: from, to, kind, term } = event;
    this.#member(from);
    this.#member(to);
    this.messages.set(id, { id, from, to, kind, term, event, sent: this.time, arrived: null, lost: null });
    if (this.messages.size > MOST_MESSAGES) {
      const oldest = this.messages.keys().next().value;
      this.#forget(this.messages.get(oldest));
      this.messages.delete(oldest);
    }
    const key = link(from, to, event.mark);
    this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), id]);
    this.links.set(`${from}\n${to}`, counted(this.links.get(`${from}\n${to}`), event, this.time));
    if (kind === 'vote' || kind === 'pre_vote') {
      asked(this.votes, event, this.time);
    }
  }

  #forget(message) {
    const key = link(message.from, message.to, message.event.mark);
    const left = (this.#waiting.get(key) ?? []).filter((id) => id !== message.id);
    if (left.length > 0) {
      this.#waiting.set(key, left);
    } else {
      this.#waiting.delete(key);
    }
  }

  /** What goes from one to the other a second, over the last whole seconds before this time. */
  rate(from, to, now) {
    const rate = rateOf(this.links.get(`${from}\n${to}`), now);
    const times = standsFor(this.told.get(from), now);
    return { messages: rate.messages * times, entries: rate.entries * times, bytes: rate.bytes * times, sampled: times > 1 };
  }

  /** A message has arrived, or was lost: the first with this mark that is under way. */
  #settled(key, event, outcome) {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) {
      return;
    }
    const message = this.messages.get(waiting[0]);
    this.messages.set(message.id, { ...message, ...outcome, why: event.why ?? null });
    this.#forget(message);
    if (outcome.arrived !== undefined) {
      const took = outcome.arrived - message.sent;
      this.latency = this.latency === null ? took : this.latency + (took - this.latency) / 16;
      if (message.kind === 'vote_reply' || message.kind === 'pre_vote_reply') {
        answered(this.votes, message);
      }
    }
  }

  #moment(event) {
    const member = event.node === undefined ? null : this.#member(event.node);
    if (member !== null) {
      let { fate, cut } = member;
      if (AWAY.has(event.kind)) {
        fate = { kind: event.kind, t: this.time };
      } else if (BACK.has(event.kind)) {
        fate = null;
      } else if (CUT.has(event.kind)) {
        cut = { other: event.other ?? null, t: this.time };
      } else if (MENDED.has(event.kind)) {
        cut = null;
      }
      this.members.set(event.node, { ...member, fate, cut });
    }
    if (event.kind === 'leads') {
      this.votes.clear();
    }
    this.#keep(event, event.kind);
  }

  /** Moments of the last hour come when the page opens, of one member after the other: they are kept by time. */
  #keep(event, kind) {
    const t = event.t ?? event.at ?? this.time;
    const moment = { t, kind, node: event.node, n: event.n, text: event.text ?? '', event };
    const { at } = event;
    if (this.moments.some((one) => one.n === moment.n && one.node === moment.node && one.event.at === at && one.kind === kind)) {
      return;
    }
    let place = this.moments.length;
    while (place > 0 && this.moments[place - 1].t > t) {
      place--;
    }
    this.moments.splice(place, 0, moment);
    if (this.moments.length > MOST_MOMENTS) {
      this.moments.shift();
    }
  }
}

/** The entries of a log that are known: those of its newest picture, and older ones that the log still has. */
function remembered(log, { tape = [], last }) {
  if (tape.length === 0) {
    return log.filter(([index]) => index <= last);
  }
  const [first, term] = tape[0];
  // Logs with the same entry here are the same before it (section 3.5): nothing there was cut meanwhile.
  const same = log.some(([index, other]) => index === first && other === term);
  return same ? [...log.filter(([index]) => index < first), ...tape].slice(-MOST_ENTRIES) : tape;
}
