// The store as whoever looks may see it: list, read, write, delete, watch and the history of a key, all with their own token.

import { ask, withToken } from './ask.js';
import { h, make, patch } from './dom.js';
import { explained } from './explain.js';
import { serverSentEvents } from './sse.js';
import { count, number } from './words.js';

const PAGE = 20;
const SHOWN = 300;
const MOST_WATCHED = 100;
/** When nothing more has come for so long, in milliseconds, the history has been told. */
const TOLD = 700;
/** A key that changes all the time has no end of its history: so long it is listened to, in milliseconds. */
const LONGEST_TOLD = 10_000;
const MOST_TOLD = 1000;

/** A path of one key; null for those that no browser can ask for. */
function path(key) {
  return key === '' || key === '.' || key === '..' || key.includes('\0') ? null : `/key/${encodeURIComponent(key)}`;
}

export class DataPanel {
  #parts = {};
  #after = [];
  #watching = null;

  constructor(root) {
    const p = this.#parts;
    const field = (name, label, more = {}) => {
      p[name] = make('input', { autocomplete: 'off', spellcheck: 'false', id: `data-${name}`, ...more });
      const labelled = make('label', { class: 'grow', for: `data-${name}` }, label);
      labelled.append(p[name]);
      return labelled;
    };
    const button = (text, work, more = {}) => make('button', { type: 'button', onclick: work, ...more }, text);

    const search = make('form', { class: 'fields' });
    p.watch = button('Watch', () => this.#watch(), { 'aria-pressed': 'false' });
    search.append(field('prefix', 'Keys that begin with'), make('button', { type: 'submit' }, 'List'), p.watch);
    search.onsubmit = (event) => {
      event.preventDefault();
      this.#after = [];
      this.#list();
    };
    p.list = make('div', { class: 'table' });
    p.changes = make('div', {});

    const edit = make('form', { class: 'fields' });
    p.value = make('textarea', { rows: 2, id: 'data-value', spellcheck: 'false' });
    const value = make('label', { class: 'grow', for: 'data-value' }, 'Value');
    value.append(p.value);
    p.explain = make('input', { type: 'checkbox', id: 'data-explain' });
    const explain = make('label', { class: 'line', for: 'data-explain' });
    explain.append(p.explain, 'explain its way');
    edit.append(
      field('key', 'Key'), value,
      button('Read', () => this.#read()), make('button', { type: 'submit' }, 'Write'),
      button('Delete', () => this.#delete(), { class: 'danger' }), button('History', () => this.#history()), explain,
    );
    edit.onsubmit = (event) => {
      event.preventDefault();
      this.#write();
    };
    p.answer = make('p', { class: 'answer', role: 'status', hidden: true });
    p.explained = make('div', {});
    p.history = make('div', {});
    root.append(search, p.list, p.changes, make('hr', {}), edit, p.answer, p.explained, p.history);
  }

  #say(text, good) {
    const { answer } = this.#parts;
    answer.hidden = false;
    answer.className = `answer ${good ? 'good' : 'bad'}`;
    answer.textContent = text;
  }

  async #list() {
    const { prefix, list } = this.#parts;
    const after = this.#after.at(-1);
    const query = after === undefined ? `prefix=${encodeURIComponent(prefix.value)}` : `after=${encodeURIComponent(after)}`;
    const answer = await ask('GET', `/key?${query}&limit=${PAGE}`);
    if (!answer.ok) {
      patch(list, [h('p', { class: 'answer bad', role: 'status' }, answer.text)]);
      return;
    }
    const { keys, next, revision } = answer.json;
    const go = (work) => () => {
      work();
      this.#list();
    };
    patch(list, [
      h('p', { class: 'quiet', role: 'status' }, `${keys.length === 0 ? 'No keys' : count(keys.length, 'key')}, at revision ${number(revision)}.`),
      keys.length === 0 ? null : h(
        'table', {},
        h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Key'), h('th', { scope: 'col' }, 'Value'), h('th', { scope: 'col' }, 'Version'))),
        h('tbody', {}, keys.map((one) => h('tr', { key: one.key },
          h('td', {}, h('button', { type: 'button', class: 'term', onclick: () => this.#take(one) }, one.key)),
          h('td', {}, short(one.value)), h('td', {}, number(one.version))))),
      ),
      h('p', { class: 'toolbar' },
        this.#after.length > 0 ? h('button', { type: 'button', key: 'first', onclick: go(() => { this.#after = []; }) }, 'First page') : null,
        next ? h('button', { type: 'button', key: 'next', onclick: go(() => this.#after.push(next)) }, 'Next page') : null),
    ]);
  }

  #take({ key, value, version }) {
    this.#parts.key.value = key;
    this.#parts.value.value = value ?? '';
    this.#say(`${key} is in version ${number(version)}.`, true);
  }

  /** Asks for one key; null and a word about it if that cannot be. */
  async #one(method, body) {
    const { key, explain, explained: host } = this.#parts;
    const way = path(key.value);
    if (way === null) {
      this.#say('No browser can ask for this key.', false);
      return null;
    }
    const answer = await ask(method, `${way}${explain.checked ? '?explain' : ''}`, body);
    patch(host, explain.checked && answer.json?.explain ? [explained(answer.json.explain, Math.max(280, host.clientWidth))] : []);
    if (!answer.ok) {
      this.#say(answer.text, false);
    }
    return answer;
  }

  async #read() {
    const { key, value } = this.#parts;
    const answer = await this.#one('GET');
    if (answer?.ok) {
      const named = answer.json?.explain?.steps ? 'value' : key.value; // An explained answer names both.
      value.value = answer.json?.[named] ?? answer.text;
      this.#say(`Read: version ${(answer.headers.get('ETag') ?? '').replaceAll('"', '')} of ${key.value}, by ${answer.headers.get('X-Hraftd-Served-By')}.`, true);
    }
  }

  async #write() {
    const answer = await this.#one('PUT', this.#parts.value.value);
    if (answer?.ok) {
      this.#say(`Written: revision ${number(answer.json.revision)}.`, true);
    }
  }

  async #delete() {
    const { key } = this.#parts;
    const answer = await this.#one('DELETE');
    if (answer?.ok) {
      this.#say(answer.json.deleted === 0 ? `${key.value} was not there.` : `Deleted: revision ${number(answer.json.revision)}.`, true);
    }
  }

  /** Shows what changes under the prefix from now on, until it is pressed again. */
  async #watch() {
    const { watch, changes, prefix } = this.#parts;
    if (this.#watching !== null) {
      this.#watching.abort();
      this.#watching = null;
      watch.setAttribute('aria-pressed', 'false');
      watch.textContent = 'Watch';
      return;
    }
    const abort = new AbortController();
    this.#watching = abort;
    watch.setAttribute('aria-pressed', 'true');
    watch.textContent = 'Stop watching';
    const seen = [];
    const show = (text) => patch(changes, [
      h('p', { class: 'quiet', role: 'status' }, text),
      h('ol', { class: 'moments', 'data-changes': true }, [...seen].reverse().map((one) => h('li', { key: one.id }, change(one)))),
    ]);
    show(`Watching ${prefix.value === '' ? 'all keys' : prefix.value}.`);
    try {
      await follow(`/watch?prefix=${encodeURIComponent(prefix.value)}`, abort.signal, (event) => {
        seen.push(event);
        seen.splice(0, seen.length - MOST_WATCHED);
        show(`Watching ${prefix.value === '' ? 'all keys' : prefix.value}.`);
      });
      show('The watch has ended.');
    } catch (failure) {
      if (!abort.signal.aborted) {
        show(failure.message);
      }
    }
    if (this.#watching === abort) {
      this.#watch();
    }
  }

  /** What became of a key, as far as it is remembered. */
  async #history() {
    const { key, history } = this.#parts;
    const seen = [];
    let changes = 0;
    let from = 1;
    let text = 'After revision 1';
    for (let tries = 0; tries < 3; tries++) {
      const abort = new AbortController();
      let timer = setTimeout(() => abort.abort(), 2 * TOLD);
      const last = setTimeout(() => abort.abort(), LONGEST_TOLD);
      try {
        await follow(`/watch?key=${encodeURIComponent(key.value)}&from=${from}`, abort.signal, (event) => {
          seen.push(event);
          seen.splice(0, seen.length - MOST_TOLD);
          changes++;
          clearTimeout(timer);
          timer = setTimeout(() => abort.abort(), TOLD);
        });
      } catch (failure) {
        if (failure.oldest !== undefined && failure.oldest > from) {
          from = failure.oldest;
          text = `As far as the history is kept, which is after revision ${number(from)}`;
          continue;
        }
        text = abort.signal.aborted ? text : failure.message;
      } finally {
        clearTimeout(timer);
        clearTimeout(last);
      }
      break;
    }
    patch(history, [
      h('p', { class: 'quiet', role: 'status' }, `${text}: ${count(changes, 'change')} of ${key.value}${changes > seen.length ? `, the newest ${number(seen.length)}` : ''}.`),
      h('ol', { class: 'moments', 'data-history': true }, seen.map((one) => h('li', { key: one.id }, change(one)))),
    ]);
  }
}

/** Reads a watch until it ends or is given up; throws an Error for people, with `oldest` where that is what was wrong. */
async function follow(address, signal, given) {
  const answer = await fetch(address, withToken({ signal, headers: { Accept: 'text/event-stream' } }));
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({}));
    throw Object.assign(new Error(`${problem.title ?? answer.statusText}: ${problem.detail ?? ''}`), { oldest: problem.oldest });
  }
  for await (const { event, data, id } of serverSentEvents(answer.body)) {
    const told = JSON.parse(data);
    if (event === 'put' || event === 'delete' || event === 'reset') {
      given({ ...told, event, id: `${id} ${told.key}` });
    }
  }
}

function change({ event, key, value, revision, reason }) {
  if (event === 'reset') {
    return `${number(revision)}: the store was replaced; changes are missing`;
  }
  return event === 'put' ? `${number(revision)}: ${key} = ${short(value)}` : `${number(revision)}: ${key} ${reason ?? 'deleted'}`;
}

function short(value) {
  if (value === null || value === undefined) {
    return '(not text)';
  }
  return value.length > SHOWN ? `${value.slice(0, SHOWN)}… (${number(value.length)} letters)` : value;
}
