// The page of a running cluster: what its node tells goes into a player, and from there into the view.

import { ActionPanel } from './actions.js';
import { ask } from './ask.js';
import { Connection, tokenField } from './connection.js';
import { Controls } from './controls.js';
import { DataPanel } from './data.js';
import { make, patch } from './dom.js';
import { drawGlossary, explainTerms } from './glossary.js';
import { LiveMerge } from './merge.js';
import { opener, parse } from './open.js';
import { Player } from './player.js';
import { Stream } from './stream.js';
import { fromFragment } from './timeline.js';
import { View } from './view.js';
import { Warnings } from './warnings.js';

/** What moves is drawn so often, in milliseconds; the rest less often, as nobody reads faster. */
const FRAME = 40;
const PICTURE = 200;
/** A page that nobody looks at asks for nothing after this, in milliseconds. */
const HIDDEN = 15_000;

/** What a link leads to is played so slowly, from so many milliseconds before. */
const SLOWLY = 0.01;
const BEFORE = 5;

const element = (id) => document.getElementById(id);
const clock = () => performance.timeOrigin + performance.now();

class Page {
  player = new Player();
  #live = this.player;
  #merge = new LiveMerge((event) => this.#live.append(event));
  #last = { frame: 0, picture: 0, tick: performance.now() };
  #hidden = null;

  constructor() {
    this.view = new View(element('seen'), { onMoment: (moment) => this.#goTo(moment) });
    this.stream = new Stream('/events', (event) => this.#merge.add(event, clock()), () => this.#connection());
    this.connection = new Connection(this.stream, element('link'), element('banner'), () => this.#again());
    this.controls = new Controls(element('controls'), this.player, { live: true, changed: () => this.draw() });
    this.data = new DataPanel(element('data'));
    this.actions = new ActionPanel(element('actions'));
    this.warnings = new Warnings(element('warnings'));
    tokenField(element('actions'), () => this.#again());
    this.sayOfRuns = opener(element('open'), (events, name) => this.#play(events, name));
    element('terms').append(make('div', {}));
    patch(element('terms').lastChild, [drawGlossary()]);
    explainTerms(document.body);
    document.addEventListener('visibilitychange', () => this.#visibility());
    window.addEventListener('hashchange', () => this.#fragment());
  }

  start() {
    this.player.follow();
    this.#again();
    requestAnimationFrame((at) => this.#frame(at));
  }

  /** Begins to ask, or begins anew with another token. */
  #again() {
    this.stream.start();
    this.warnings.start();
  }

  /** Draws all of it now. */
  draw() {
    const { player } = this;
    this.view.draw(player.model, player.time, { speed: player.live ? 1 : player.speed });
    this.controls.draw();
    this.#connection();
    const title = player.model.run?.title;
    element('title').textContent = title ?? '';
    if (!this.fragmentTried && player.model.moments.length > 0) {
      this.#fragment();
    }
  }

  #frame(at) {
    requestAnimationFrame((next) => this.#frame(next));
    this.#merge.release(clock());
    if (at - this.#last.frame < FRAME) {
      return;
    }
    const changed = this.player.tick(at - this.#last.tick, clock());
    this.#last.tick = at;
    this.#last.frame = at;
    if (at - this.#last.picture >= PICTURE && (changed || this.player.live)) {
      this.#last.picture = at;
      this.draw();
    } else if (changed) {
      this.view.draw(this.player.model, this.player.time, { speed: this.player.live ? 1 : this.player.speed, moving: true });
    }
  }

  #connection() {
    if (this.actions) {
      const members = this.#live.model.configuration();
      this.connection.draw(members, Date.now());
      this.actions.members(members);
    }
  }

  /** A file takes the place of what is live, until somebody wants that back. */
  #play(events, name) {
    const player = new Player();
    player.load(events);
    this.#show(player, false);
    player.play();
    element('seen').scrollIntoView();
    element('title').textContent = name;
  }

  #show(player, live) {
    this.player = player;
    element('controls').replaceChildren();
    this.controls = new Controls(element('controls'), player, { live, changed: () => this.draw() });
    if (!live) {
      element('controls').prepend(make('button', { type: 'button', class: 'back', onclick: () => { this.#live.follow(); this.#show(this.#live, true); } }, 'Back to the running cluster'));
    }
    this.draw();
  }

  /** Shows a moment: plays from there if its events are still known. */
  #goTo(moment) {
    history.replaceState(null, '', this.view.look.chosen.moment ? `#${this.view.look.chosen.moment}` : ' ');
    if (moment.t >= this.player.seenSince() && moment.t <= this.player.finish()) {
      this.player.pause();
      this.player.seekTime(moment.t);
      this.draw();
    }
  }

  /** A link to a moment shows it in the timeline; one to a time, as `?explain` gives it, plays what was then. */
  #fragment() {
    this.fragmentTried = true;
    const time = /^#at=(\d+)$/.exec(location.hash);
    if (time) {
      this.#goBackTo(Number(time[1]));
    } else if (location.hash.startsWith('#moment=')) {
      const moment = fromFragment(this.#live.model, location.hash);
      this.fragmentTried = moment !== null;
      if (moment) {
        this.view.look.choose('moment', location.hash.slice(1));
        element('part-timeline').scrollIntoView();
      }
    }
  }

  /** What the page has not seen itself, the members may still know. */
  async #goBackTo(time) {
    let player = this.#live;
    if (time < player.seenSince()) {
      const answer = await ask('GET', '/events?download');
      let events;
      try {
        events = answer.ok ? parse(answer.text) : null;
      } catch (failure) {
        answer.text = failure.message;
      }
      if (!events) {
        this.sayOfRuns(`What was at that time cannot be shown. ${answer.text}`);
        return;
      }
      player = new Player();
      player.load(events);
      this.#show(player, false);
    }
    player.pause();
    player.speed = SLOWLY;
    this.view.look.choose('window', 50);
    player.seekTime(time - BEFORE);
    player.play();
    this.draw();
    element('part-spacetime').scrollIntoView();
  }

  #visibility() {
    clearTimeout(this.#hidden);
    if (document.hidden) {
      this.#hidden = setTimeout(() => this.stream.stop(), HIDDEN);
    } else if (this.stream.state === 'closed') {
      this.stream.start();
    }
  }
}

const page = new Page();
page.start();
// For those who look into a page with their browser's own tools.
window.seeingRaft = page;
