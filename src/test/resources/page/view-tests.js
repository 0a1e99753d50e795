import { explainTerms } from '/ui/glossary.js';
import { Player } from '/ui/player.js';
import { View } from '/ui/view.js';
import { equal, holds, test } from './harness.js';
import { Told, lostLeader } from './runs.js';

const root = () => document.getElementById('root');

function show(events, index = events.length) {
  const player = new Player();
  player.load(events);
  player.seek(index);
  const view = new View(root());
  view.draw(player.model, player.time);
  return { view, player };
}

test('view: rewinding gives the same picture', () => {
  const { view, player } = show(lostLeader(), 400);
  const pictures = new Map();
  for (const index of [400, 1100, 1101, 1500]) {
    player.seek(index);
    view.draw(player.model, player.time);
    pictures.set(index, root().innerHTML);
  }
  for (const index of [1500, 400, 1101, 1100]) {
    player.seek(index);
    view.draw(player.model, player.time);
    holds(root().innerHTML === pictures.get(index), `the picture after ${index} events is another one`);
  }
});

test('view: what members call themselves and their keys is text, never markup', () => {
  const evil = '<img src=x onerror="window.broken=1">';
  const told = new Told('cluster', [evil]);
  told.leads(evil, 10, [1], { tape: [[1, 1, evil, 3, 1, [evil]]], waits: evil, health: { version: evil, http: evil } });
  told.tell(evil, 11, { event: 'moment', kind: 'leads', term: 1, text: evil });
  show(told.events);
  equal(root().querySelectorAll('img').length, 0);
  holds(root().textContent.includes(evil), 'it is shown');
});

test('view: an entry says what it is, by mouse and by keyboard', () => {
  const { view } = show(lostLeader(), 600);
  const cells = root().querySelectorAll('[data-cell]');
  equal([...cells].filter((cell) => cell.getAttribute('tabindex') === '0').length, 1);
  const stop = root().querySelector('[data-cell][tabindex="0"]');
  stop.focus();
  stop.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true }));
  const chosen = document.activeElement;
  equal(Number(chosen.dataset.index), Number(stop.dataset.index) - 1);
  const detail = root().querySelector('.part-tape .detail').textContent;
  for (const part of ['Entry', 'term 1', '40 B', 'store clock', 'key', 'committed']) {
    holds(detail.includes(part), `'${detail}' says '${part}'`);
  }
  view.redraw();
  holds(document.activeElement === chosen, 'the focus stays where it was');
});

test('view: committed entries are filled, others hatched, and unsynced ones are told apart', () => {
  const told = new Told();
  told.state('node1', 1, [1, 1, 1], { commit: 1, synced: 2 });
  show(told.events);
  const classes = [...root().querySelectorAll('[data-cell]')].map((cell) => ['committed', 'appended', 'unsynced'].filter((one) => cell.classList.contains(one)).join(' '));
  equal(classes, ['committed', 'appended', 'appended unsynced']);
});

test('view: a broken promise is red, with the evidence', () => {
  const told = new Told();
  told.leads('node1', 1, [2], { term: 2, commit: 0 });
  told.leads('node3', 2, [2], { term: 2, commit: 0 });
  show(told.events);
  const light = root().querySelector('[data-promise="election_safety"]');
  equal(light.dataset.state, 'broken');
  holds(light.textContent.includes('node1 and node3 both lead in term 2'), light.textContent);
});

test('view: every member says in words what is wrong with it', () => {
  const told = new Told('cluster', ['node1', 'node2', 'node3', 'node4']);
  const members = ['node1', 'node2', 'node3', 'node4'].map((id) => ({ id, voter: id !== 'node4', http: 'h:1' }));
  const terms = Array.from({ length: 500 }, () => 1);
  told.state('node4', 1000, terms, { members, role: 'learner' });
  told.state('node2', 9000, terms.slice(0, 20), { members });
  told.state('node3', 9000, terms, { members, full: 'disk', noVote: 'its disk was replaced' });
  told.leads('node1', 9000, terms, { members, heard: { node4: 8000 } });
  show(told.events);
  const says = (id) => root().querySelector(`[data-member="${id}"]`).textContent;
  holds(says('node1').includes('leads'), says('node1'));
  holds(says('node2').includes('behind by 480'), says('node2'));
  holds(says('node3').includes('disk full') && says('node3').includes('may not vote'), says('node3'));
  holds(says('node4').includes('gone: last heard 8 s ago') && says('node4').includes('learn'), says('node4'));
});

test('view: a member that was gone before anybody looked is said to be gone', () => {
  const told = new Told();
  told.leads('node1', 9000, [1], { heard: { node3: 8000 } });
  show(told.events);
  const card = root().querySelector('[data-member="node3"]').textContent;
  holds(card.includes('gone: the leader has not heard it for 8 s'), card);
  holds(!root().querySelector('[data-member="node2"]').textContent.includes('gone'), 'node2 is heard');
});

test('view: with less motion nothing flies', () => {
  const events = lostLeader();
  const { view, player } = show(events, 700);
  holds(root().querySelectorAll('[data-message]').length > 0, 'something flies');
  view.look.reduced = true;
  view.draw(player.model, player.time + 3);
  equal(root().querySelectorAll('[data-message]').length, 0);
});

test('view: terms explain themselves on focus, with the section, and Escape ends it', () => {
  show(lostLeader(), 700);
  explainTerms(document.body);
  const word = root().querySelector('button[data-term="term"]');
  word.focus();
  const tip = document.getElementById('term-tip');
  holds(!tip.hidden && tip.textContent.includes('section 3.3'), tip.textContent);
  equal(word.getAttribute('aria-describedby'), 'term-tip');
  word.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
  holds(tip.hidden, 'it is closed');
});

test('view: a moment in the timeline is a link, and its time can be changed', () => {
  show(lostLeader());
  const link = root().querySelector('.moments a');
  holds(/^#moment=node2\.\d+\.\d+$/.test(link.getAttribute('href')), link.getAttribute('href'));
  const before = root().querySelectorAll('[data-moment]').length;
  [...root().querySelectorAll('.part-timeline button')].find((button) => button.textContent === '10 s').click();
  holds(root().querySelectorAll('[data-moment]').length < before, 'fewer moments are in ten seconds');
});
