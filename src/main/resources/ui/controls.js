// The bar under which a run is played: play, pause, a step, the speed, and where it stands.

import { make, patch, h } from './dom.js';
import { duration, moment, number } from './words.js';

const SPEEDS = [[0.001, '1/1000'], [0.01, '1/100'], [0.1, '1/10'], [0.5, '1/2'], [1, 'real time'], [10, '10 ×'], [100, '100 ×']];

/** Drawn, as not every machine has letters for them. */
const ICONS = {
  begin: 'M3,2 V14 M14,2 L5,8 L14,14 Z', end: 'M13,2 V14 M2,2 L11,8 L2,14 Z', back: 'M11,2 L4,8 L11,14', further: 'M5,2 L12,8 L5,14',
  play: 'M4,2 L14,8 L4,14 Z', pause: 'M5,2 V14 M11,2 V14', live: 'M8,3 A5,5 0 1 0 8.01,3 Z',
};

function icon(name) {
  return h('svg', { viewBox: '0 0 16 16', width: 16, height: 16, 'aria-hidden': 'true', class: `icon ${name}` }, h('path', { d: ICONS[name] }));
}

export class Controls {
  #host;

  /**
   * @param player what is played
   * @param options `live`: whether there is something live to go back to; `changed()`: called after each use
   */
  constructor(root, player, options = {}) {
    this.player = player;
    this.options = options;
    this.#host = make('div', { class: 'controls', role: 'group', 'aria-label': 'Play' });
    root.append(this.#host);
    this.draw();
  }

  draw() {
    const { player } = this;
    const act = (work) => () => {
      work();
      this.options.changed?.();
      this.draw();
    };
    const button = (label, text, work, more = {}) => h('button', { type: 'button', 'aria-label': label, title: label, onclick: act(work), ...more }, text);
    const total = player.events.length;
    patch(this.#host, [
      button('To the beginning', icon('begin'), () => { player.pause(); player.seek(0); }),
      button('One event back', icon('back'), () => player.step(-1)),
      player.playing ? button('Pause', icon('pause'), () => player.pause(), { class: 'main' }) : button('Play', icon('play'), () => player.play(), { class: 'main' }),
      button('One event further', icon('further'), () => player.step(1)),
      this.options.live
        ? button('Live: show what happens now', [icon('live'), ' live'], () => player.follow(), { 'aria-pressed': player.live ? 'true' : 'false', class: 'live' })
        : button('To the end', icon('end'), () => { player.pause(); player.seek(total); }),
      h('label', {}, 'speed ', h('select', { onchange: (event) => act(() => { player.speed = Number(event.target.value); })() }, SPEEDS.map(([value, text]) => h('option', { value, selected: value === player.speed }, text)))),
      h('input', {
        type: 'range', class: 'seek', min: 0, max: total, step: 1, value: player.cursor, 'aria-label': 'Event', 'aria-valuetext': `event ${number(player.cursor)} of ${number(total)}`,
        oninput: (event) => act(() => { player.pause(); player.seek(Number(event.target.value)); })(),
      }),
      player.live ? null : h('span', { class: 'where' }, this.#where(total)),
    ]);
  }

  #where(total) {
    const { player } = this;
    const simulated = player.model.simulated();
    const back = player.finish() - player.time;
    return `${moment(player.time, simulated)}, event ${number(player.cursor)} of ${number(total)}${simulated || back <= 0 ? '' : `, ${duration(back)} before the end`}`;
  }
}
