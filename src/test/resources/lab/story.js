// What stands beside the pictures: the list of lessons, a lesson with its stops, the museum of bugs, a bug at the moment of its crime.

import { h, patch } from '/ui/dom.js';
import { glossed } from '/ui/glossary.js';
import { moment } from '/ui/words.js';
import { ofRun } from './link.js';

const DISSERTATION = 'https://github.com/ongardie/dissertation';

/** True if an event has all that a pattern names; a list in the pattern: any of these. */
export function matches(event, pattern) {
  return Object.entries(pattern).every(([field, value]) => (Array.isArray(value) ? value.includes(event[field]) : event[field] === value));
}

/** The times at which a lesson stops: for each, right behind the first event that fits and comes behind the stop before. */
export function stopsOf(lesson, events) {
  const places = [];
  let next = 0;
  for (const stop of lesson.stops) {
    const place = events.findIndex((event, index) => index >= next && (event.at ?? -1) >= (stop.after ?? 0) && matches(event, stop.when));
    if (place < 0) {
      return places;
    }
    places.push(place + 1);
    next = place + 1;
  }
  return places;
}

/** The lessons and the museum, from the server; once. */
let lessons = null;
let bugs = null;

async function get(path) {
  const answer = await fetch(path);
  if (!answer.ok) {
    throw new Error(`the server answers ${answer.status}`);
  }
  return answer.json();
}

export async function allLessons() {
  lessons ??= await get('/lab/lessons');
  return lessons;
}

export async function allBugs() {
  bugs ??= await get('/lab/bugs');
  return bugs;
}

function words(promise) {
  return promise.replaceAll('_', ' ');
}

export class Story {
  #root;

  constructor(root) {
    this.#root = root;
  }

  hide() {
    this.#root.hidden = true;
    patch(this.#root, []);
  }

  #show(kids) {
    this.#root.hidden = false;
    patch(this.#root, kids);
  }

  async lessons() {
    const all = await allLessons();
    this.#show([
      h('h2', {}, 'Lessons'),
      h('p', {}, 'Each is a short script for the real Raft. It stops where something is to be understood.'),
      h('ol', { class: 'list' }, all.map((lesson) => h('li', { key: lesson.name }, h('button', { type: 'button', 'data-lesson': lesson.name, onclick: () => { location.hash = `lesson=${lesson.name}`; } },
        lesson.title, h('span', { class: 'quiet' }, `section ${lesson.section}`))))),
    ]);
  }

  async museum() {
    const all = await allBugs();
    this.#show([
      h('h2', {}, 'Museum of bugs'),
      h('p', {}, `${all.length} mistakes that one can make in Raft. Choose one: it is put into the real code, a run is looked for on which a promise breaks, and played up to the moment of the crime.`),
      h('ul', { class: 'list' }, all.map((bug) => h('li', { key: bug.name }, h('button', { type: 'button', 'data-bug': bug.name, onclick: () => { location.hash = `bug=${encodeURIComponent(bug.name)}`; } },
        bug.name, h('span', { class: 'quiet' }, bug.why), h('span', { class: 'quiet' }, `breaks: ${words(bug.promise)}`))))),
    ]);
  }

  /**
   * A lesson at a stop.
   *
   * @param place which one; 0: it begins
   * @param goOn shows the next
   */
  lesson(lesson, place, goOn) {
    const stop = lesson.stops[place - 1];
    const last = place === lesson.stops.length;
    this.#show([
      h('h2', {}, lesson.title),
      h('p', { class: 'quiet' }, `Ongaro’s dissertation, section ${lesson.section}. `, place === 0 ? 'It is about to begin.' : `Stop ${place} of ${lesson.stops.length}.`),
      // Above the text: it stays where it is, under the pointer, however long that is.
      h('p', { class: 'acts' },
        h('button', { type: 'button', id: 'go-on', disabled: last, onclick: goOn }, place === 0 ? 'Begin' : last ? 'The end' : 'Go on', h('kbd', {}, 'n')),
        last && lesson.fault
          ? h('a', { id: 'with-fault', href: ofRun({ seed: lesson.seed, nodes: lesson.nodes, script: lesson.script, fault: lesson.fault }, lesson.from ?? 0) }, `The same with a bug: ${lesson.fault}`)
          : null,
        h('a', { href: '#lessons' }, 'All lessons')),
      h('p', { class: 'stop', role: 'status', 'data-stop': place }, ...glossed(stop === undefined ? lesson.text : stop.text)),
    ]);
  }

  /** A bug, or a seed of the simulation: what broke, if something did. */
  crime(title, why, events, show) {
    const crime = events.find((event) => event.event === 'promise');
    const end = events.at(-1);
    this.#show([
      h('h2', {}, title),
      why ? h('p', {}, ...glossed(why)) : null,
      crime
        ? h('div', { class: 'crime', role: 'status', 'data-promise': crime.name },
          h('p', {}, h('strong', {}, `${crime.node} breaks: ${words(crime.name)}`), `, at ${moment(crime.at, true)}. `, h('a', { href: DISSERTATION }, `Ongaro, section ${crime.section}`)),
          h('p', {}, crime.text))
        : h('p', { role: 'status' }, end.text ? `It ended with: ${end.text}` : 'All promises were kept.'),
      h('p', { class: 'acts' }, crime ? h('button', { type: 'button', id: 'to-crime', onclick: show }, 'To the moment of the crime', h('kbd', {}, 'n')) : null, h('a', { href: '#museum' }, 'The museum')),
    ]);
  }
}
