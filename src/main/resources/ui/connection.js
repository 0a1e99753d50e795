// Whether the node that serves this page still answers, and where to go on if it does not.

import { token, setToken } from './ask.js';
import { h, make, patch } from './dom.js';
import { calmly } from './words.js';

const WORDS = { connecting: 'connecting', open: 'live', lost: 'no connection', refused: 'a token is needed', silent: 'tells nothing', closed: 'not connected' };

/** Shows the state of a stream in the page's head, and under it what can be done. */
export class Connection {
  #stream;
  #state;
  #banner;
  #shown = '';

  /** @param restart is called when there is another token */
  constructor(stream, state, banner, restart) {
    this.#stream = stream;
    this.#state = state;
    this.#banner = banner;
    this.restart = restart;
  }

  /** Draws it; `members` is the newest known configuration, `[{id, http}]`; `now` in milliseconds since 1970. */
  draw(members, now) {
    const { state, why, since, servedBy } = this.#stream;
    const shown = JSON.stringify([state, why, state === 'lost' ? calmly(now - since) : '', members]);
    if (shown === this.#shown) {
      return;
    }
    this.#shown = shown;
    this.#state.className = `link-state ${state}`;
    patch(this.#state, [`${WORDS[state]}${state === 'open' && servedBy ? `, told by ${servedBy}` : ''}`]);
    if (state === 'lost') {
      patch(this.#banner, [this.#gone(members, servedBy, why, now - since)]);
    } else if (state === 'silent') {
      patch(this.#banner, [h('p', { class: 'banner', role: 'alert', key: 'silent' }, `This node tells nothing: ${why}`)]);
    } else if (state === 'refused') {
      this.#askForToken(why);
    } else {
      this.#banner.replaceChildren();
    }
  }

  #gone(members, servedBy, why, millis) {
    const others = members.filter((one) => one.id !== servedBy && one.http);
    return h(
      'div',
      { class: 'banner', role: 'alert', key: 'gone' },
      `${servedBy ?? 'The node'}, which serves this page, has gone: ${why}. It is asked again and again; what you see is as it was ${calmly(millis)} ago.`,
      others.length > 0
        ? [' Go on at another member:', h('ul', {}, others.map((one) => h('li', { key: one.id }, h('a', { href: `${location.protocol}//${one.http}/ui/`, 'data-other': one.id }, one.id), ` at ${one.http}`)))]
        : '',
    );
  }

  #askForToken(why) {
    if (this.#banner.querySelector('input')) {
      return;
    }
    const field = make('input', { type: 'password', autocomplete: 'off', id: 'token' });
    const form = make('form', { class: 'banner fields' });
    form.append(
      make('p', { class: 'grow', role: 'alert' }, `This cluster asks who is there: ${why}`),
      make('label', { class: 'grow', for: 'token' }, 'Token (kept in this tab alone)'),
      make('button', { type: 'submit' }, 'Show it'),
    );
    form.querySelector('label').append(field);
    form.onsubmit = (event) => {
      event.preventDefault();
      setToken(field.value.trim());
      this.#banner.replaceChildren();
      this.#shown = '';
      this.restart();
    };
    this.#banner.replaceChildren(form);
  }
}

/** A field for the token, for who wants to change it, or to forget it. */
export function tokenField(root, restart) {
  const field = make('input', { type: 'password', autocomplete: 'off', placeholder: token() === '' ? 'none' : 'in use' });
  const form = make('form', { class: 'fields token' }, h('label', { class: 'grow' }, 'Token (kept in this tab alone)'), h('button', { type: 'submit' }, 'Use it'));
  form.querySelector('label').append(field);
  form.onsubmit = (event) => {
    event.preventDefault();
    setToken(field.value.trim());
    field.placeholder = token() === '' ? 'none' : 'in use';
    field.value = '';
    restart();
  };
  root.append(form);
}
