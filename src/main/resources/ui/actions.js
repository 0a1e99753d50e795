// What an admin does to the members; each asks once before it is done.

import { ask, askForFile } from './ask.js';
import { h, make, patch, save } from './dom.js';

/** Changes of members take as long as a new one needs to catch up. */
const LIMIT = 'timeout=60s';

export class ActionPanel {
  #parts = {};
  #shown = '';

  constructor(root) {
    const p = this.#parts;
    const button = (text, work, more = {}) => make('button', { type: 'button', onclick: work, ...more }, text);
    p.member = make('select', { id: 'action-member' });
    const which = make('label', { for: 'action-member' }, 'Member');
    which.append(p.member);
    const one = make('div', { class: 'fields', role: 'group', 'aria-label': 'A member' });
    one.append(
      which,
      button('Let it lead', () => this.#transfer()),
      button('Stop it', () => this.#stop(), { class: 'danger' }),
      button('Remove it', () => this.#remove(), { class: 'danger' }),
    );
    const join = make('form', { class: 'fields', 'aria-label': 'A new member' });
    for (const [name, label, hint] of [['id', 'New member’s id', 'node4'], ['addr', 'its Raft address', 'host:12003'], ['haddr', 'its HTTP address', 'host:11003']]) {
      p[name] = make('input', { id: `action-${name}`, placeholder: hint, autocomplete: 'off', required: true });
      const labelled = make('label', { class: 'grow', for: `action-${name}` }, label);
      labelled.append(p[name]);
      join.append(labelled);
    }
    p.learner = make('input', { type: 'checkbox', id: 'action-learner' });
    const learner = make('label', { class: 'line', for: 'action-learner' });
    learner.append(p.learner, 'as a learner');
    join.append(learner, make('button', { type: 'submit' }, 'Add it'));
    join.onsubmit = (event) => {
      event.preventDefault();
      this.#join();
    };
    const backup = make('p', { class: 'toolbar' });
    backup.append(button('Backup', () => this.#backup()));
    p.answer = make('p', { class: 'answer', role: 'status', hidden: true });
    p.question = make('p', {});
    p.dialog = make('dialog', { 'aria-label': 'Are you sure?' });
    const choices = make('form', { method: 'dialog', class: 'toolbar' });
    choices.append(make('button', { value: 'yes', class: 'danger' }, 'Do it'), make('button', { value: 'no' }, 'Leave it'));
    p.dialog.append(p.question, choices);
    root.append(one, make('hr', {}), join, make('hr', {}), backup, p.answer, p.dialog);
  }

  /** Says who can be chosen: the members of the newest configuration. */
  members(members) {
    const shown = members.map((member) => member.id).join('\n');
    if (shown !== this.#shown) {
      this.#shown = shown;
      patch(this.#parts.member, members.map((member) => h('option', { key: member.id, value: member.id }, member.id)));
    }
  }

  /** Asks; true if it is to be done. */
  #sure(question) {
    const { dialog, question: text } = this.#parts;
    text.textContent = question;
    dialog.returnValue = 'no';
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.onclose = () => resolve(dialog.returnValue === 'yes');
    });
  }

  async #do(question, done, method, path, body) {
    if (!(await this.#sure(question))) {
      return;
    }
    this.#say('It is being done.', '');
    const answer = await ask(method, path, body === undefined ? undefined : JSON.stringify(body));
    this.#say(answer.ok ? done : answer.text, answer.ok ? 'good' : 'bad');
  }

  #say(text, tone) {
    const { answer } = this.#parts;
    answer.hidden = false;
    answer.className = `answer ${tone}`;
    answer.textContent = text;
  }

  #transfer() {
    const id = this.#parts.member.value;
    return this.#do(`Let ${id} lead? Writes wait for a moment.`, `${id} leads.`, 'POST', '/transfer', { id });
  }

  #remove() {
    const id = this.#parts.member.value;
    return this.#do(`Remove ${id} from the cluster? It serves no more, and needs an empty directory to come back.`, `${id} is removed.`, 'POST', `/remove?${LIMIT}`, { id });
  }

  #join() {
    const { id, addr, haddr, learner } = this.#parts;
    const body = { id: id.value.trim(), addr: addr.value.trim(), haddr: haddr.value.trim() };
    if (learner.checked) {
      body.voter = false;
    }
    return this.#do(`Add ${body.id} to the cluster? It is sent a copy of everything.`, `${body.id} belongs to the cluster.`, 'POST', `/join?${LIMIT}`, body);
  }

  /** A node is stopped by itself alone: another one's page is where to ask it. */
  async #stop() {
    const id = this.#parts.member.value;
    const status = await ask('GET', '/status');
    if (!status.ok) {
      this.#say(status.text, 'bad');
      return undefined;
    }
    const { me, leader, followers } = status.json;
    if (me.id === id) {
      const question = `Stop ${id}? Its process ends; it has to be started again on its machine.`;
      return this.#do(question, `${id}, which serves this page, stops.`, 'POST', '/shutdown?self');
    }
    const member = [leader, ...followers].find((one) => one?.id === id);
    this.#say(`${id} is stopped on its own page: `, '');
    this.#parts.answer.append(make('a', { href: `${location.protocol}//${member?.http}/ui/#actions` }, member?.http ?? id));
    return undefined;
  }

  async #backup() {
    if (!(await this.#sure('Download a copy of all keys?'))) {
      return;
    }
    const answer = await askForFile('/backup');
    if (!answer.ok) {
      this.#say(answer.text, 'bad');
      return;
    }
    save('backup.jsonl', answer.file);
    this.#say('The backup is downloaded.', 'good');
  }
}
