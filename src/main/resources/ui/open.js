// A recorded run: lines of JSON, dropped on the page or chosen.

import { make } from './dom.js';
import { isTime, order } from './merge.js';
import { count } from './words.js';

/** Larger files are no recorded runs; a node keeps 16 MiB. */
const MOST_BYTES = 256 * 1024 * 1024;

/** The events of a file in order; throws an Error with a sentence for people if it is none. */
export function parse(text) {
  const events = [];
  text.split('\n').forEach((line, place) => {
    if (line.trim() === '') {
      return;
    }
    let event;
    try {
      event = JSON.parse(line);
    } catch {
      throw new Error(`Line ${place + 1} is no JSON: this is no recorded run, or it was cut off.`);
    }
    if (typeof event?.event !== 'string') {
      throw new Error(`Line ${place + 1} is no event.`);
    }
    if (event.at !== undefined && !isTime(event.at)) {
      throw new Error(`Line ${place + 1} has a time that is none.`);
    }
    events.push(event);
  });
  if (events.length === 0) {
    throw new Error('The file is empty.');
  }
  if (events.some((event) => event.event === 'run' && event.format !== 1)) {
    throw new Error('The file has a format that this page does not know.');
  }
  return order(events);
}

/**
 * A place to drop a file at, and to choose one; the whole page takes one, too.
 *
 * @param opened is given the events of a file and its name
 * @returns a function that says something there
 */
export function opener(root, opened) {
  const says = make('p', { role: 'status', class: 'quiet' }, '');
  const read = async (file) => {
    if (!file) {
      return;
    }
    try {
      if (file.size > MOST_BYTES) {
        throw new Error(`${file.name} is too large.`);
      }
      const events = parse(await file.text());
      says.textContent = `${file.name}: ${count(events.length, 'event')}.`;
      opened(events, file.name);
    } catch (failure) {
      says.textContent = failure.message;
    }
  };
  const place = make('div', { class: 'drop' },
    'Drop a recorded run here (NDJSON), or ',
  );
  const choice = make('input', { type: 'file', id: 'file', accept: '.ndjson,.jsonl,.json,application/x-ndjson', onchange: (event) => read(event.target.files[0]) });
  place.append(make('label', {}, 'choose a file '), says);
  place.querySelector('label').append(choice);
  root.append(place);
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    place.classList.add('over');
  });
  document.addEventListener('dragleave', () => place.classList.remove('over'));
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    place.classList.remove('over');
    read(event.dataTransfer.files[0]);
  });
  return (text) => {
    says.textContent = text;
    root.scrollIntoView();
  };
}
