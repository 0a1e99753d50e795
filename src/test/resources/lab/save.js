// Taking a run along: as a link, its script as JSON, its events as NDJSON, which /ui/ plays.

import { h, make, patch, save } from '/ui/dom.js';
import { ofRun } from './link.js';

function saveText(name, type, text) {
  save(name, new Blob([text], { type }));
}

export class Save {
  #host;
  #player;
  #run;
  #begin;

  /** @param begin is given a plan to run, and the moment to show */
  constructor(root, player, run, begin) {
    this.#player = player;
    this.#run = run;
    this.#begin = begin;
    this.#host = make('section', { class: 'part', 'aria-labelledby': 'save-title' });
    root.append(this.#host);
  }

  draw() {
    const { plan } = this.#run;
    const lines = () => this.#player.events.map((event) => JSON.stringify(event)).join('\n');
    patch(this.#host, [
      h('h2', { id: 'save-title' }, 'The run'),
      plan === null ? null : this.#form(plan),
      h('div', { class: 'acts' },
        plan === null ? null : h('button', { type: 'button', id: 'copy', onclick: () => this.#copy(plan) }, 'Copy the link'),
        plan === null ? null : h('button', { type: 'button', onclick: () => saveText('run.json', 'application/json', JSON.stringify({ ...plan, until: this.#run.until }, null, 2)) }, 'Save the script (JSON)'),
        h('button', { type: 'button', id: 'save-events', onclick: () => saveText('events.ndjson', 'application/x-ndjson', `${lines()}\n`) }, 'Save the events (NDJSON)')),
      h('p', { id: 'saved', role: 'status', class: 'quiet' }),
    ]);
  }

  #form(plan) {
    const begin = (event) => {
      event.preventDefault();
      const fields = new FormData(event.target);
      this.#begin({ seed: Number(fields.get('seed')), nodes: Number(fields.get('nodes')), script: [], fault: '' }, 0);
    };
    return h('form', { class: 'fields', onsubmit: begin },
      h('label', {}, 'seed ', h('input', { name: 'seed', type: 'number', min: 0, max: 9007199254740991, step: 1, required: true, value: plan.seed })),
      h('label', {}, 'members ', h('select', { name: 'nodes' }, [3, 5, 7].map((size) => h('option', { value: size, selected: size === plan.nodes }, String(size))))),
      h('button', {}, 'Begin anew'),
      plan.fault ? h('span', { class: 'quiet' }, `with the fault “${plan.fault}”`) : null);
  }

  async #copy(plan) {
    history.replaceState(null, '', ofRun(plan, this.#player.time));
    const says = document.getElementById('saved');
    try {
      await navigator.clipboard.writeText(location.href);
      says.textContent = 'The link is in the clipboard, and in the address.';
    } catch {
      says.textContent = 'The link is in the address.';
    }
  }
}
