// The events of the running cluster, for as long as somebody looks: comes again by itself, and says so when it cannot.

import { withToken } from './ask.js';
import { serverSentEvents } from './sse.js';

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 5000;
/** A node that has nothing to tell gives a sign of life every 10 seconds; one that does not is taken for dead, in milliseconds. */
const SILENT = 25_000;

export class Stream {
  /** `connecting`, `open`, `lost` (it does not answer), `refused` (no token, or one that is not enough), `silent` (it has nothing to tell), `closed`. */
  state = 'closed';
  /** Why it is in this state, for people; and since when, in milliseconds since 1970. */
  why = '';
  since = 0;
  /** The id of the node that serves it, once it has answered. */
  servedBy = null;
  #path;
  #given;
  #changed;
  #abort = null;

  /**
   * @param given is given each event
   * @param changed is called when the state changes
   */
  constructor(path, given, changed) {
    this.#path = path;
    this.#given = given;
    this.#changed = changed;
  }

  /** Begins, or begins anew, as with another token. */
  async start() {
    this.stop();
    const abort = new AbortController();
    this.#abort = abort;
    let pause = FIRST_PAUSE;
    this.#become('connecting', '');
    while (!abort.signal.aborted) {
      if (await this.#read(abort.signal)) {
        pause = FIRST_PAUSE;
      }
      if (this.state === 'refused' || this.state === 'silent' || abort.signal.aborted) {
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
      pause = Math.min(2 * pause, LONGEST_PAUSE);
    }
  }

  stop() {
    this.#abort?.abort();
    this.#abort = null;
    this.#become('closed', '');
  }

  /** Reads until it ends; true if there was something. */
  async #read(signal) {
    const alone = new AbortController();
    const both = AbortSignal.any([signal, alone.signal]);
    let timer = setTimeout(() => alone.abort(), SILENT);
    let came = false;
    try {
      const answer = await fetch(this.#path, withToken({ headers: { Accept: 'text/event-stream' }, signal: both }));
      if (!answer.ok) {
        await this.#refused(answer, signal);
        return false;
      }
      const body = answer.body.pipeThrough(
        new TransformStream({
          transform: (chunk, controller) => {
            clearTimeout(timer);
            timer = setTimeout(() => alone.abort(), SILENT);
            controller.enqueue(chunk);
          },
        }),
      );
      for await (const { data } of serverSentEvents(body)) {
        if (signal.aborted) {
          return came;
        }
        came = true;
        this.#become('open', '');
        const event = JSON.parse(data);
        this.servedBy = event.self ?? this.servedBy;
        this.#given(event);
      }
      this.#lost(signal, 'it has ended the stream');
    } catch (failure) {
      this.#lost(signal, alone.signal.aborted ? 'it says nothing any more' : 'it does not answer');
    } finally {
      clearTimeout(timer);
      alone.abort();
    }
    return came;
  }

  async #refused(answer, signal) {
    const problem = await answer.json().catch(() => null);
    const text = problem?.detail ?? `${answer.status} ${answer.statusText}`;
    if (signal.aborted) {
      return;
    }
    const forGood = { 401: 'refused', 403: 'refused', 404: 'silent', 501: 'silent' };
    this.#become(forGood[answer.status] ?? 'lost', text);
  }

  #lost(signal, why) {
    if (!signal.aborted) {
      this.#become('lost', why);
    }
  }

  #become(state, why) {
    if (this.state !== state || this.why !== why) {
      this.since = state === this.state ? this.since : Date.now();
      this.state = state;
      this.why = why;
      this.#changed();
    }
  }
}
