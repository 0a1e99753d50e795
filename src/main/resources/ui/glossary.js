// What the terms of Raft mean, each with the section of Ongaro's dissertation ("Consensus: Bridging Theory and Practice", 2014).

import { h, make } from './dom.js';

const DISSERTATION = 'https://github.com/ongardie/dissertation';

/** By name: what it means, and the section. */
export const TERMS = {
  leader: ['The one member that takes writes and gives them to all others. At most one in a term.', '3.3'],
  follower: ['A member that answers the leader and candidates, and asks for nothing by itself.', '3.3'],
  candidate: ['A member that has heard no leader for too long and asks the others for their votes.', '3.4'],
  learner: ['A full copy that does not count for majorities: how a new member catches up before it votes.', '4.2.1'],
  term: ['The time of one leader at most, numbered. Terms are Raft’s clock: who hears of a later one gives way.', '3.3'],
  vote: ['Whom a member has voted for in its term. One vote a term, kept on disk, so that no two can win.', '3.4'],
  election: ['How a leader is chosen: a candidate needs the votes of a majority in its term.', '3.4'],
  'election timeout': ['How long a member hears no leader before it asks for votes: a random time, so that not all ask at once.', '3.4'],
  'pre-vote': ['A candidate asks first whether it would be elected. Who was cut off cannot disturb the others so.', '9.6'],
  heartbeat: ['An empty append, many times a second: the leader is there, and this much is committed.', '3.4'],
  log: ['All that was asked for, in the one order in which every member does it.', '2.1'],
  entry: ['One place in the log: its index, the term it was made in, and a command.', '3.5'],
  index: ['An entry’s place in the log, counted from 1.', '3.5'],
  append: ['What the leader sends: new entries, which one comes before them, and how far all is committed.', '3.5'],
  committed: ['On the disks of a majority, as is an entry of the leader’s own term from there on: no later leader can lack it.', '3.6.2'],
  applied: ['Done: the copy of the store has changed by it. Only what is committed is applied.', '3.5'],
  majority: ['More than half of the voters. Any two majorities share a member, which is why Raft works.', '2.1'],
  snapshot: ['The whole store at one index, instead of all entries up to there; sent to who is too far behind.', '5.1'],
  'read index': ['How a read is fresh without an entry: the leader shows that it still leads, and says how far all is committed.', '6.4'],
  membership: ['Who belongs to the cluster. It changes by one voter at a time, through the log.', '4.1'],
  transfer: ['The leader lets another lead: it brings it up to date and tells it to ask for votes at once.', '3.10'],
  'leader completeness': ['What was committed in a term is in the log of every later leader.', '3.6.3'],
  'log matching': ['Two logs with an entry of the same index and term are the same up to there.', '3.5'],
  fsync: ['Makes the disk write what it was given. Nothing counts for a majority before that.', '3.8'],
  linearizable: ['Each read sees every write that was acknowledged before it, whichever member is asked.', '6.4'],
  stale: ['A read that a member answers from its own copy at once: it may be a little behind.', '6.4'],
  revision: ['The number of changes of the store; a key’s version is the revision that wrote it.', null],
};

/** Other words for the same. */
const ALIASES = {
  leads: 'leader', follows: 'follower', learns: 'learner', votes: 'vote', voters: 'majority', entries: 'entry', 'last index': 'index',
  fsyncs: 'fsync', 'asks for votes': 'candidate', commit: 'committed', terms: 'term', appends: 'append', snapshots: 'snapshot',
  heartbeats: 'heartbeat', members: 'membership', elections: 'election', logs: 'log', tape: 'log',
};
const WORDS = [...Object.keys(TERMS), ...Object.keys(ALIASES)].sort((a, b) => b.length - a.length);
const PATTERN = new RegExp(`\\b(${WORDS.join('|')})\\b`, 'gi');

/** The name of the term that a word stands for; null if it is none. */
export function nameOf(word) {
  const low = word.toLowerCase();
  return low in TERMS ? low : (ALIASES[low] ?? null);
}

/** A word that explains itself; `stop`: whether the Tab key stops at it, as its first of many should. */
export function term(word, { stop = true, name = nameOf(word) } = {}) {
  if (name === null) {
    return word;
  }
  return stop
    ? h('button', { type: 'button', class: 'term', 'data-term': name }, word)
    : h('span', { class: 'term', 'data-term': name }, word);
}

/** A text as pieces, in which the first of each term explains itself. */
export function glossed(text, options) {
  const seen = new Set();
  const pieces = [];
  let end = 0;
  for (const match of text.matchAll(PATTERN)) {
    const name = nameOf(match[0]);
    if (!seen.has(name)) {
      seen.add(name);
      pieces.push(text.slice(end, match.index), term(match[0], options));
      end = match.index + match[0].length;
    }
  }
  pieces.push(text.slice(end));
  return pieces.filter((piece) => piece !== '');
}

/** Makes every term on the page explain itself, on hover, focus and touch; Escape closes it. */
export function explainTerms(page) {
  const tip = make('div', { id: 'term-tip', class: 'tip', role: 'tooltip', hidden: true });
  page.append(tip);
  let shown = null;
  const hide = () => {
    shown?.removeAttribute('aria-describedby');
    shown = null;
    tip.hidden = true;
  };
  const show = (word) => {
    hide();
    const [text, section] = TERMS[word.dataset.term];
    tip.replaceChildren(make('strong', {}, word.dataset.term), ` ${text} `, make('span', { class: 'section' }, section === null ? 'hraftd' : `Ongaro, section ${section}`));
    tip.hidden = false;
    word.setAttribute('aria-describedby', tip.id);
    shown = word;
    const place = word.getBoundingClientRect();
    const width = Math.min(320, document.documentElement.clientWidth - 16);
    tip.style.width = `${width}px`;
    const left = Math.max(8, Math.min(place.left, document.documentElement.clientWidth - width - 8));
    const below = place.bottom + 8 + tip.offsetHeight < document.documentElement.clientHeight;
    tip.style.left = `${left + scrollX}px`;
    tip.style.top = `${(below ? place.bottom + 6 : place.top - tip.offsetHeight - 6) + scrollY}px`;
  };
  const wordAt = (event) => event.target.closest?.('[data-term]');
  page.addEventListener('mouseover', (event) => {
    const word = wordAt(event);
    if (word && word !== shown) {
      show(word);
    } else if (!word && shown && shown !== document.activeElement && !tip.contains(event.target)) {
      hide();
    }
  });
  page.addEventListener('focusin', (event) => (wordAt(event) ? show(wordAt(event)) : hide()));
  page.addEventListener('click', (event) => wordAt(event) && show(wordAt(event)));
  page.addEventListener('keydown', (event) => event.key === 'Escape' && hide());
}

/** All terms as a list, for a page's end. */
export function drawGlossary() {
  const items = Object.entries(TERMS).map(([name, [text, section]]) => [
    h('dt', { id: `term-${name.replaceAll(' ', '-')}` }, name),
    h('dd', {}, text, section === null ? '' : h('span', { class: 'section' }, ` Section ${section}.`)),
  ]);
  return h(
    'div',
    { class: 'glossary' },
    h('dl', {}, items),
    h('p', {}, 'Sections are those of ', h('a', { href: DISSERTATION, rel: 'noreferrer' }, 'Diego Ongaro’s dissertation'), '.'),
  );
}
