// A run of the lab: what it is a function of (seed, members, script, fault), and its events as far as they were asked for.

/** So much is asked for at once, in milliseconds of the run; more when the player comes near its end. */
const PIECE = 3000;
/** The server makes no longer runs. */
export const LONGEST = 120_000;

/** A script as the server reads it, for people too: one command in a line. */
export function scriptText(script) {
  return script.length === 0 ? '[]' : `[\n${script.map((command) => `  ${JSON.stringify(command)}`).join(',\n')}\n]`;
}

async function post(path, body) {
  const answer = await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  if (!answer.ok) {
    const text = await answer.text();
    let why = text;
    try {
      why = JSON.parse(text).error ?? text;
    } catch {
      // Not of this server: as it came.
    }
    throw new Error(why || `the server answers ${answer.status}`);
  }
  return (await answer.text()).trim().split('\n').map((line) => JSON.parse(line));
}

export class Run {
  /** What it is a function of; null: a run that cannot be changed. */
  plan = null;
  /** How far its events are known, in milliseconds. */
  until = 0;
  /** True if nothing comes behind what is known. */
  over = false;
  #player;
  #turn = 0;
  #failed = false;
  #asking = null;
  /** Done when what was wanted last is shown: the next command is of that run. */
  #wanted = Promise.resolve();
  /** How often a run was chosen: a command that waits is of the one that was there when it was given. */
  #chosen = 0;

  constructor(player) {
    this.#player = player;
  }

  /** Begins a run that can be changed, and shows this moment of it; false if another was begun meanwhile. */
  begin(plan, at = 0) {
    this.#chosen++;
    return this.#next(this.#begin(plan, at));
  }

  #next(done) {
    this.#wanted = done.catch(() => {});
    return done;
  }

  async #begin({ seed, nodes, script = [], fault = '' }, at) {
    const turn = ++this.#turn;
    this.#asking = null;
    this.#failed = false;
    const plan = { seed, nodes, script, fault };
    const until = Math.min(LONGEST, Math.ceil((at + PIECE) / PIECE) * PIECE);
    const events = await this.#ask(plan, until, 0);
    if (turn !== this.#turn) {
      return false;
    }
    this.plan = plan;
    this.until = until;
    this.#show(events, at);
    return true;
  }

  #ask(plan, until, since) {
    return post('/lab/run', { ...plan, until, since });
  }

  #show(events, at) {
    this.over = this.plan === null || events.at(-1).text !== null;
    this.#player.load(this.over ? events : events.slice(0, -1));
    this.#player.more = this.#goesOn();
    this.#player.seekTime(at);
  }

  #goesOn() {
    return !this.over && this.plan !== null && this.until < LONGEST;
  }

  /** Shows a run that somebody else has decided on, of a seed, of a bug: its events; null if another was begun meanwhile. */
  fixed(path, body) {
    this.#chosen++;
    return this.#next(this.#fixed(path, body));
  }

  async #fixed(path, body) {
    const turn = ++this.#turn;
    this.#asking = null;
    const events = await post(path, body);
    if (turn !== this.#turn) {
      return null;
    }
    this.plan = null;
    this.until = events.at(-1).at;
    this.#show(events, 0);
    this.#player.seek(1);
    return events;
  }

  /**
   * What is done now; what was to be done later is not done any more, as it is another future. False if another run was begun
   * meanwhile.
   */
  command(command) {
    const chosen = this.#chosen;
    return this.#next(this.#wanted.then(() => chosen === this.#chosen && this.#command(command)));
  }

  async #command(command) {
    if (this.plan === null) {
      throw new Error('This run is as it was: begin a new one to change something.');
    }
    const at = Math.ceil(this.#player.time * 1000 + 1) / 1000;
    const before = this.plan.script.filter((one) => one.at <= at);
    return this.#begin({ ...this.plan, script: [...before, { at, ...command }] }, this.#player.time);
  }

  /** Asks for what comes, if the player will be there soon. */
  async goOn() {
    const ahead = Math.max(300, this.#player.speed * 2500);
    if (!this.#goesOn() || this.#failed || this.#asking !== null || this.until - this.#player.time > ahead) {
      return;
    }
    await this.reach(this.until + PIECE);
  }

  /** Has events up to this time; false if another run was begun meanwhile. */
  async reach(time) {
    const turn = this.#turn;
    while (turn === this.#turn && this.#goesOn() && this.until < time) {
      this.#asking ??= this.#more(turn);
      await this.#asking;
    }
    return turn === this.#turn;
  }

  /** True if another run was begun, or is shown, since a piece of this one was asked for. */
  #isOvertaken(turn, plan) {
    return turn !== this.#turn || plan !== this.plan;
  }

  async #more(turn) {
    const { plan } = this;
    try {
      const since = this.until;
      const until = Math.min(LONGEST, since + PIECE);
      const events = await this.#ask(plan, until, since);
      if (this.#isOvertaken(turn, plan)) {
        return;
      }
      // What was at that very moment may be known already.
      const known = this.#player.events.filter((event) => event.at >= since).length;
      const end = events.at(-1);
      const came = events.slice(1, -1).slice(known);
      this.over = end.text !== null;
      (this.over ? [...came, end] : came).forEach((event) => this.#player.append(event));
      this.until = until;
      this.#player.more = this.#goesOn();
    } catch (failure) {
      if (this.#isOvertaken(turn, plan)) {
        return;
      }
      // Asked again when something else is wanted, not at once.
      this.#failed = true;
      this.#player.more = false;
      throw failure;
    } finally {
      if (turn === this.#turn) {
        this.#asking = null;
      }
    }
  }
}
