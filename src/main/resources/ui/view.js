// Puts the pictures of one model together: for /ui/, for a recorded file and for the lab alike.

import * as between from './between.js';
import { make, patch } from './dom.js';
import * as members from './members.js';
import * as promises from './lights.js';
import * as rates from './rates.js';
import * as spacetime from './spacetime.js';
import * as tape from './tape.js';
import * as timeline from './timeline.js';
import * as waits from './waits.js';
import { glossed } from './glossary.js';

/** What can be seen, by name. Each module has `title` and a pure `draw(model, now, look)`. */
export const PARTS = { waits, promises, between, members, tape, spacetime, timeline, rates };

/** What moves between two events; the rest changes with events alone, or with whole seconds. */
const MOVING = ['between', 'spacetime'];
/** A screen reader is told of another sentence no more often, in milliseconds. */
const SPEAK_EVERY = 3000;

export class View {
  #hosts = new Map();
  #last = null;
  #spoken = { text: '', now: -Infinity };
  #voice;
  #widths = '';

  /**
   * @param root the element that the pictures are put into; emptied before
   * @param options `parts`: names of PARTS, in order, all by default; `onMoment(moment)`: a moment was chosen; `speed`: see
   *     {@link draw}; `level`: of the headings, 2 by default
   */
  constructor(root, options = {}) {
    this.options = options;
    /** What was chosen in the pictures, by them: kept here so that they are drawn from it. */
    this.look = {
      reduced: matchMedia('(prefers-reduced-motion: reduce)').matches,
      chosen: {},
      choose: (part, value) => {
        this.look.chosen = { ...this.look.chosen, [part]: value };
        this.redraw();
      },
      onMoment: options.onMoment ?? (() => {}),
    };
    matchMedia('(prefers-reduced-motion: reduce)').onchange = (query) => {
      this.look.reduced = query.matches;
      this.redraw();
    };
    root.replaceChildren();
    const sizes = new ResizeObserver(() => this.#resized());
    for (const name of options.parts ?? Object.keys(PARTS)) {
      const host = make('div', { class: 'host' });
      const heading = make(`h${options.level ?? 2}`, { id: `part-${name}` }, ...glossed(PARTS[name].title));
      root.append(make('section', { class: `part part-${name}`, 'aria-labelledby': `part-${name}` }));
      root.lastChild.append(heading, host);
      this.#hosts.set(name, host);
      sizes.observe(host);
    }
    this.#voice = make('p', { class: 'unseen', role: 'status', 'aria-live': 'polite' });
    root.append(this.#voice);
  }

  /**
   * Draws a model as it is at a time. The same model, time, speed, width and choices give the same picture.
   *
   * @param now in milliseconds on the clock of the events
   * @param speed milliseconds of the run in a real one: what flies for less than half a second is shown that long
   * @param moving true to draw again only what moves between events
   */
  draw(model, now, { speed = 1, moving = false } = {}) {
    this.#last = { model, now, speed };
    const drawn = [...this.#hosts].filter(([name]) => !moving || MOVING.includes(name));
    // All are measured before any changes: else the browser lays the page out anew for each.
    const widths = drawn.map(([, host]) => host.clientWidth);
    drawn.forEach(([name, host], place) => {
      const look = { ...this.look, width: Math.max(280, widths[place]), speed };
      patch(host, [PARTS[name].draw(model, now, look)]);
    });
    this.#speak(model, now);
  }

  /** The same again, after a choice or another width. */
  redraw() {
    if (this.#last !== null) {
      this.draw(this.#last.model, this.#last.now, { speed: this.#last.speed });
    }
  }

  /** Draws again if a part has another width: not in the middle of measuring, and not for what drawing itself changes. */
  #resized() {
    const widths = [...this.#hosts.values()].map((host) => host.clientWidth).join();
    if (widths !== this.#widths) {
      this.#widths = widths;
      requestAnimationFrame(() => this.redraw());
    }
  }

  #speak(model, now) {
    const { text, tone } = waits.waits(model, now);
    const kind = tone + text.replace(/[\d,.]+/g, '');
    if (kind !== this.#spoken.text && Math.abs(now - this.#spoken.now) >= SPEAK_EVERY) {
      this.#spoken = { text: kind, now };
      this.#voice.textContent = text;
    }
  }
}
