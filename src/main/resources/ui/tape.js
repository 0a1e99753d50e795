// The logs of all members side by side, by index: replication is what is seen to move, and a tail that differs to be cut.

import { h } from './dom.js';
import { termClass } from './picture.js';
import { bytes, count, list, number } from './words.js';

export const title = 'Log';

const CELL = 24;
const ROW = 40;
const HEAD = 22;
const NAMES = 76;

export function draw(model, now, look) {
  const rows = model.ids().map((id) => model.members.get(id)).filter((member) => member.state !== null);
  const ends = rows.map((member) => member.state.last ?? 0);
  const end = Math.max(1, ...ends);
  const most = Math.max(4, Math.floor((look.width - NAMES - 8) / CELL));
  const begin = Math.max(1, end - most + 1);
  const height = HEAD + rows.length * ROW + 4;
  const chosen = chosenEntry(look.chosen.entry, rows);
  const stop = chosen ? `${chosen.member.id} ${chosen.entry[0]}` : firstStop(rows, begin);
  const cells = rows.map((member, row) => drawRow(member, HEAD + row * ROW, begin, end, look, chosen, stop));
  return h(
    'div',
    {},
    h(
      'svg',
      { class: 'tape', viewBox: `0 0 ${look.width} ${height}`, width: look.width, height, role: 'group', 'aria-label': summary(rows, end), onkeydown: move },
      h('defs', {}, [0, 1, 2, 3, 4, 5, 6].map(hatch)),
      indexes(begin, end),
      cells,
    ),
    h('p', { class: 'key' }, h('span', { class: 'swatch full' }), 'committed ', h('span', { class: 'swatch hatched' }), 'appended ', h('span', { class: 'swatch edge' }), 'up to here in the snapshot'),
    h('p', { class: 'detail', 'aria-live': 'polite' }, chosen ? entryWords(chosen) : 'Choose an entry to see what it is.'),
  );
}

/** One pattern for each colour of a term: lines on its light side. */
function hatch(colour) {
  return h(
    'pattern',
    { id: `hatch-${colour}`, class: `term-${colour}`, width: 5, height: 5, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
    h('rect', { width: 5, height: 5, class: 'hatch-ground' }),
    h('rect', { width: 2.2, height: 5, class: 'hatch-line' }),
  );
}

function indexes(begin, end) {
  const every = end - begin > 20 ? 5 : 2;
  const marks = [];
  for (let index = begin; index <= end; index++) {
    if (index % every === 0) {
      marks.push(h('text', { key: index, x: NAMES + (index - begin) * CELL + CELL / 2, y: 14, class: 'small middle' }, number(index)));
    }
  }
  return h('g', { 'aria-hidden': 'true' }, marks);
}

function drawRow(member, y, begin, end, look, chosen, stop) {
  const state = member.state;
  const tape = member.log.filter(([index]) => index >= begin);
  const x = (index) => NAMES + (index - begin) * CELL;
  const parts = [
    h('text', { x: 0, y: y + 15, class: 'name' }, member.id),
    h('text', { x: 0, y: y + 29, class: 'small' }, number(state.last)),
  ];
  if (state.last > 0 && state.last < begin) {
    parts.push(h('text', { x: NAMES + 4, y: y + 20, class: 'small' }, `ends ${count(end - state.last, 'entry', 'entries')} before the newest`));
  }
  const told = tape.length > 0 ? tape[0][0] : state.last + 1;
  const from = Math.max(begin, state.first ?? 1);
  if (told > from && told - 1 >= begin) {
    parts.push(h('rect', { x: x(from), y: y + 10, width: x(told) - x(from) - 2, height: 6, rx: 3, class: 'older' }));
  }
  if (state.snapshot >= begin && state.snapshot <= end) {
    parts.push(h('line', { x1: x(state.snapshot + 1) - 1, x2: x(state.snapshot + 1) - 1, y1: y - 1, y2: y + 29, class: 'edge' }));
  }
  for (const entry of tape) {
    parts.push(cell(member, entry, x(entry[0]), y, look, chosen, stop));
  }
  return h('g', { key: member.id }, parts);
}

function cell(member, entry, x, y, look, chosen, stop) {
  const [index, term, kind] = entry;
  const state = member.state;
  const committed = index <= (state.commit ?? 0);
  const key = `${member.id} ${index}`;
  const isChosen = chosen?.member.id === member.id && chosen.entry[0] === index;
  const colour = term % 7;
  return h(
    'g',
    {
      key, class: `cell ${termClass(term)} ${committed ? 'committed' : 'appended'} ${index > (state.synced ?? index) ? 'unsynced' : ''} ${isChosen ? 'chosen' : ''}`,
      role: 'button', tabindex: key === stop ? 0 : -1, 'data-cell': key, 'data-index': index, 'data-term-of': term,
      'aria-label': `${member.id}, entry ${number(index)}, term ${term}, ${committed ? 'committed' : 'appended'}`,
      'aria-pressed': isChosen ? 'true' : 'false',
      onclick: () => look.choose('entry', { node: member.id, index }),
    },
    h('rect', { x: x + 1, y, width: CELL - 3, height: 26, rx: 3, fill: committed ? null : `url(#hatch-${colour})` }),
    h('text', { x: x + CELL / 2, y: y + 17, class: 'middle cell-term' }, kind === 'members' ? `${term}m` : term),
  );
}

/** The cell that the Tab key stops at: the newest one of the first row that has any. */
function firstStop(rows, begin) {
  for (const member of rows) {
    const newest = member.log.at(-1);
    if (newest && newest[0] >= begin) {
      return `${member.id} ${newest[0]}`;
    }
  }
  return null;
}

/** Arrow keys go from cell to cell; Enter and space choose it. */
function move(event) {
  const cells = [...event.currentTarget.querySelectorAll('[data-cell]')];
  const here = cells.indexOf(document.activeElement);
  if (here < 0) {
    return;
  }
  const index = Number(cells[here].dataset.index);
  const rows = [...new Set(cells.map((one) => one.parentNode))];
  const row = rows.indexOf(cells[here].parentNode);
  const at = (group, wanted) => [...(group?.querySelectorAll('[data-cell]') ?? [])].sort((a, b) => Math.abs(a.dataset.index - wanted) - Math.abs(b.dataset.index - wanted))[0];
  const next = {
    ArrowLeft: () => at(rows[row], index - 1), ArrowRight: () => at(rows[row], index + 1),
    ArrowUp: () => at(rows[row - 1], index), ArrowDown: () => at(rows[row + 1], index),
    Enter: () => cells[here], ' ': () => cells[here],
  }[event.key]?.();
  if (next) {
    event.preventDefault();
    cells[here].setAttribute('tabindex', -1);
    next.setAttribute('tabindex', 0);
    next.focus();
    next.dispatchEvent(new MouseEvent('click', { bubbles: true }));
  }
}

function chosenEntry(choice, rows) {
  const member = rows.find((one) => one.id === choice?.node);
  const entry = member?.log.find(([index]) => index === choice.index);
  return entry ? { member, entry } : null;
}

function entryWords({ member, entry }) {
  const [index, term, kind, size, clock, keys] = entry;
  const state = member.state;
  const what = { noop: 'an empty entry, with which a leader begins its term', command: 'a command', members: 'another membership' }[kind] ?? kind;
  const where = index <= state.commit ? (index <= state.applied ? 'committed and applied' : 'committed') : index <= (state.synced ?? index) ? 'on this disk, not known to be committed' : 'not on this disk yet';
  const of = keys && keys.length > 0 ? `; keys ${list(keys)}` : '';
  return `Entry ${number(index)} of ${member.id}: ${what}, term ${term}, ${bytes(size)}, store clock ${number(clock)}${of}; ${where}.`;
}

function summary(rows, end) {
  return `The newest entries by index, up to ${number(end)}: ${rows.map((member) => `${member.id} has up to ${number(member.state.last)}, committed ${number(member.state.commit)}`).join('; ')}. Arrow keys go from entry to entry.`;
}
