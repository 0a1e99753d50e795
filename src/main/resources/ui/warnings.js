// What the node that serves the page warns of, as /status says it: that it can be reached without TLS, a certificate that ends.

import { ask } from './ask.js';
import { h, patch } from './dom.js';

/** It is asked so often, in milliseconds: none of it comes and goes quickly. */
const EVERY = 30_000;

/** Shows the warnings while the page is looked at. */
export class Warnings {
  #root;
  #ask;
  #timer = null;

  /** @param asking asks a node, as {@link ask} does */
  constructor(root, asking = ask) {
    this.#root = root;
    this.#ask = asking;
  }

  /** Asks now, and again and again; may be called again, as with another token. */
  start() {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.look(), EVERY);
    return this.look();
  }

  /** Asks once. What cannot be asked for is not shown: the page says elsewhere that the node does not answer. */
  async look() {
    if (document.hidden) {
      return;
    }
    const { ok, json } = await this.#ask('GET', '/status');
    const warnings = ok && Array.isArray(json?.warnings) ? json.warnings.map(String) : [];
    patch(this.#root, warnings.length === 0 ? [] : [
      h('div', { class: 'banner warns', role: 'status', key: 'warnings' }, 'This node warns:', h('ul', {}, warnings.map((text, place) => h('li', { key: `${place}` }, text)))),
    ]);
  }
}
