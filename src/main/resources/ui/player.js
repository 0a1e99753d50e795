// A run that can be played, stopped, stepped, sped up and rewound: events, a cursor among them, and the model there.

import { isTime } from './merge.js';
import { Model } from './model.js';

/** So many events are kept of a run that goes on; then the oldest tenth goes. */
const MOST_EVENTS = 50_000;
/** A moment that is gone to is made from the checkpoint before it. */
const CHECKPOINT_EVERY = 1000;
/** What is live is shown this much later, in milliseconds, so that what belongs together is there: a member tells ten times a
 * second, and so does the node that passes it on. */
const BEHIND = 350;

export class Player {
  events = [];
  /** How many of the events the model is made of. */
  cursor = 0;
  model = new Model();
  /** The moment that is shown, in milliseconds on the clock of the events. */
  time = 0;
  /** Milliseconds of the run in one of real time. */
  speed = 1;
  playing = false;
  /** True if it goes with what is coming. */
  live = false;
  /** True if more of a run that is played is on its way: its end is no reason to stop. */
  more = false;
  /** False: whoever gives a run bounds it, as a file's size does. */
  #endless = true;
  #times = [];
  #checkpoints = [{ at: 0, model: new Model() }];

  /** Takes a whole run, in order, and stands at its beginning. */
  load(events) {
    this.events = [];
    this.cursor = 0;
    this.model = new Model();
    this.#times = [];
    this.#checkpoints = [{ at: 0, model: new Model() }];
    this.#endless = false;
    this.more = false;
    this.live = false;
    this.playing = false;
    events.forEach((event) => this.append(event));
    this.seek(0);
    this.time = this.start();
  }

  /** Takes the next event of a run that goes on. */
  append(event) {
    const last = this.#times.at(-1);
    const told = event.t ?? event.at;
    const t = isTime(told) ? told : (last ?? 0);
    this.events.push(event);
    this.#times.push(last === undefined ? t : Math.max(last, t));
    if (this.#endless && this.events.length > MOST_EVENTS) {
      this.#shorten();
    }
  }

  /** When the first and the last event were. */
  start() {
    return this.#times.find((t) => t > 0) ?? 0;
  }

  /** From when on all is known; moments of the hour before may be there, too. Infinity if there is nothing yet. */
  seenSince() {
    const first = this.events.findIndex((event) => event.event !== 'moment' && event.event !== 'run');
    return first < 0 ? Infinity : this.#times[first];
  }

  finish() {
    return this.#times.at(-1) ?? 0;
  }

  /** When this event was, in order. */
  timeOf(index) {
    return this.#times[index];
  }

  /** Shows the moment right after so many events. */
  seek(index) {
    const to = Math.max(0, Math.min(index, this.events.length));
    const checkpoint = this.#checkpoints.findLast((one) => one.at <= to) ?? this.#checkpoints[0];
    if (to < this.cursor || checkpoint.at > this.cursor) {
      this.model = checkpoint.model.snapshot();
      this.cursor = checkpoint.at;
    }
    this.#applyTo(to);
    this.time = to > 0 ? this.#times[to - 1] : this.start();
  }

  /** Shows this moment of the run. */
  seekTime(time) {
    this.seek(this.#countUntil(time));
    this.time = Math.min(Math.max(time, this.start()), this.finish());
  }

  /** One event further, or back. */
  step(events = 1) {
    this.pause();
    this.seek(this.cursor + events);
  }

  play() {
    if (!this.live && !this.more && this.cursor === this.events.length) {
      this.seek(0);
    }
    this.playing = true;
  }

  pause() {
    this.playing = false;
    this.live = false;
  }

  /** Goes with what is coming. */
  follow() {
    this.live = true;
    this.playing = true;
  }

  /**
   * Lets time go on.
   *
   * @param elapsed real milliseconds since the last call
   * @param now the clock that live events are placed on
   * @returns true if there is something else to see
   */
  tick(elapsed, now) {
    const before = this.cursor;
    const time = this.time;
    if (this.live) {
      this.#applyTo(this.#countUntil(now - BEHIND));
      this.time = Math.max(this.model.time, now - BEHIND);
    } else if (this.playing) {
      this.time = Math.min(this.time + elapsed * this.speed, this.finish());
      this.#applyTo(this.#countUntil(this.time));
      if (this.cursor === this.events.length && !this.more) {
        this.playing = false;
      }
    }
    return before !== this.cursor || time !== this.time;
  }

  #applyTo(index) {
    while (this.cursor < index) {
      const at = this.cursor++;
      try {
        this.model.add(this.events[at], this.#times[at]);
      } catch (failure) {
        // Told by another version, or by a member that has gone wrong: the others are shown all the same.
        console.warn(`event ${at} is not understood`, failure);
      }
      if (this.cursor % CHECKPOINT_EVERY === 0 && this.#checkpoints.at(-1).at < this.cursor) {
        this.#checkpoints.push({ at: this.cursor, model: this.model.snapshot() });
      }
    }
  }

  /** How many events there were by then. */
  #countUntil(time) {
    let low = 0;
    let high = this.#times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#times[middle] <= time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Forgets the oldest events; what they made is in the checkpoint that becomes the beginning. */
  #shorten() {
    const cut = Math.max(CHECKPOINT_EVERY, MOST_EVENTS / 10);
    if (this.#checkpoints.at(-1).at < cut) {
      const here = this.cursor;
      const time = this.time;
      this.seek(cut);
      this.seek(Math.max(here, cut));
      this.time = Math.max(time, this.time);
    }
    this.#checkpoints = this.#checkpoints.filter((one) => one.at >= cut).map((one) => ({ ...one, at: one.at - cut }));
    this.events.splice(0, cut);
    this.#times.splice(0, cut);
    this.cursor = Math.max(0, this.cursor - cut);
    if (this.cursor === 0) {
      this.model = this.#checkpoints[0].model.snapshot();
    }
  }
}
