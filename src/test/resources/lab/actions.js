// What one can do to the cluster: buttons for the mouse, letters for the keyboard, and the messages that are on their way.

import { h, make, patch } from '/ui/dom.js';
import { says } from '/ui/picture.js';
import { duration } from '/ui/words.js';
import { scriptText } from './run.js';

/** `[verb, text, letter, fields]` of one member; `fields` are sent along. */
const OF_MEMBER = [
  ['write', 'Write', 'w'], ['read', 'Read', 'r'], ['crash', 'Crash', 'c'], ['power_off', 'Power off', 'p'], ['start', 'Start', 's'],
  ['freeze', 'Freeze', 'f'], ['thaw', 'Thaw', 'g'], ['slow_disk', 'Slow disk', 'd', { millis: 1000 }], ['transfer', 'Let it lead', 't'], ['remove', 'Remove', 'x'],
];
const OF_LINK = [['cut', 'Cut', 'k'], ['mend', 'Mend', 'm'], ['slow', 'Slow by 50 ms', 'l', { millis: 50 }]];
const OF_MESSAGE = [['drop', 'Drop it', 'o'], ['delay', 'Delay it by 50 ms', 'y', { millis: 50 }]];
const OF_ALL = [['add', 'Add a member', 'a']];
/** A list of more is no list. */
const MOST_MESSAGES = 40;

export class Actions {
  member = null;
  other = null;
  oneWay = false;
  message = null;
  #host;
  #player;
  #run;
  #act;

  /** @param act is given a command to carry out now */
  constructor(root, player, run, act) {
    this.#player = player;
    this.#run = run;
    this.#act = act;
    this.#host = make('section', { class: 'part', 'aria-labelledby': 'acts-title' });
    root.append(this.#host);
  }

  /** Chooses a member: the one that things are done to, or with `end` the other end of the link. */
  choose(id) {
    this.member = id;
    this.draw();
  }

  /** What a letter does now; null if nothing. */
  byKey(letter) {
    const ids = this.#player.model.ids();
    if (/^[1-9]$/.test(letter) && ids[Number(letter) - 1]) {
      return () => this.choose(ids[Number(letter) - 1]);
    }
    const found = (list) => list.find(([, , key]) => key === letter);
    for (const [list, send] of this.#kinds()) {
      const action = found(list);
      if (action) {
        return () => send(action);
      }
    }
    return null;
  }

  #kinds() {
    return [
      [OF_MEMBER, ([verb, , , more]) => this.member !== null && this.#act({ do: verb, node: this.member, ...more })],
      [OF_LINK, ([verb, , , more]) => this.member !== null && this.other !== null && this.other !== this.member
        && this.#act({ do: verb, node: this.member, other: this.other, ...(this.oneWay ? { oneWay: true } : {}), ...more })],
      [OF_MESSAGE, ([verb, , , more]) => {
        const chosen = this.#flying().find((one) => one.id === this.message);
        return chosen && this.#act({ do: verb, node: chosen.from, mark: chosen.event.mark, ...more });
      }],
      [OF_ALL, ([verb]) => this.#act({ do: verb })],
    ];
  }

  /** What is on its way now, the newest last. */
  #flying() {
    const { model, time } = this.#player;
    return [...model.messages.values()].filter((one) => one.arrived === null && one.lost === null && time - one.sent < 5000).slice(-MOST_MESSAGES);
  }

  draw() {
    const ids = this.#player.model.ids();
    if (!ids.includes(this.member)) {
      this.member = ids[0] ?? null;
    }
    if (!ids.includes(this.other) || this.other === this.member) {
      this.other = ids.find((id) => id !== this.member) ?? null;
    }
    const flying = this.#flying();
    if (!flying.some((one) => one.id === this.message)) {
      this.message = flying[0]?.id ?? null;
    }
    const fixed = this.#run.plan === null;
    const [member, link, message, all] = this.#kinds();
    patch(this.#host, [
      h('h2', { id: 'acts-title' }, 'What you do'),
      fixed ? h('p', { class: 'quiet' }, 'This run is as it was and cannot be changed. “New run” begins one that can.') : null,
      h('fieldset', { disabled: fixed },
        h('legend', {}, 'A member'),
        h('p', { class: 'who' }, ids.map((id, place) => h('label', { key: id },
          h('input', { type: 'radio', name: 'member', value: id, checked: id === this.member, onchange: () => this.choose(id) }), id, h('kbd', {}, String(place + 1))))),
        this.#buttons(member, this.member === null)),
      h('fieldset', { disabled: fixed },
        h('legend', {}, `The link from ${this.member ?? '–'}`),
        h('p', {}, h('label', {}, 'to ', h('select', { id: 'other', onchange: (event) => { this.other = event.target.value; this.draw(); } },
          ids.filter((id) => id !== this.member).map((id) => h('option', { key: id, value: id, selected: id === this.other }, id)))), ' ',
        h('label', {}, h('input', { type: 'checkbox', checked: this.oneWay, onchange: (event) => { this.oneWay = event.target.checked; } }), ' this way only')),
        this.#buttons(link, this.other === null)),
      h('fieldset', { disabled: fixed },
        h('legend', {}, 'A message on its way'),
        h('select', { id: 'flying', size: 4, 'aria-label': 'Messages on their way', onchange: (event) => { this.message = Number(event.target.value); } },
          flying.map((one) => h('option', { key: one.id, value: one.id, selected: one.id === this.message }, `${says(one)}, ${duration(this.#player.time - one.sent)} old`))),
        this.#buttons(message, this.message === null)),
      h('fieldset', { disabled: fixed }, h('legend', {}, 'The cluster'), this.#buttons(all, false)),
      this.#done(),
    ]);
  }

  #buttons([list, send], disabled) {
    return h('div', { class: 'acts' }, list.map((action) => h('button', { key: action[0], type: 'button', 'data-do': action[0], disabled, onclick: () => send(action) }, action[1], h('kbd', {}, action[2]))));
  }

  #done() {
    const { plan } = this.#run;
    return plan === null ? null : h('details', {}, h('summary', {}, `The script: ${plan.script.length} commands`), h('pre', { class: 'done figures', tabindex: 0 }, scriptText(plan.script)));
  }
}
