// What the pictures share: a term's colour, what messages are called and look like.

import { h } from './dom.js';
import { bytes, count, number } from './words.js';

/** So many colours there are for terms; neighbours differ, for the colour-blind too, and each has its number beside it. */
const COLOURS = 7;

/** The class that gives a term its colours, as the variables --fill and --line. */
export function termClass(term) {
  return term === null || term === undefined ? 'term-none' : `term-${term % COLOURS}`;
}

/** What a message is to the eye: `entries`, `beat`, `answer`, `vote`, `snapshot`, `read`, `other`. */
export function look(message) {
  switch (message.kind) {
    case 'append':
      return message.event.count > 0 ? 'entries' : 'beat';
    case 'append_reply':
    case 'snapshot_reply':
      return message.event.ok === false ? 'no' : 'answer';
    case 'pre_vote':
    case 'vote':
    case 'timeout_now':
      return 'vote';
    case 'pre_vote_reply':
    case 'vote_reply':
      return message.event.granted ? 'yes' : 'no';
    case 'snapshot':
      return 'snapshot';
    case 'read_index':
    case 'read_index_reply':
      return 'read';
    case 'refused':
    case 'lost_entries':
      return 'no';
    default:
      return 'other';
  }
}

/** What the eye is told of each. */
export const LEGEND = [
  ['entries', 'entries'], ['beat', 'heartbeat'], ['answer', 'acknowledged'], ['vote', 'asks for a vote'], ['yes', 'granted'],
  ['no', 'refused'], ['read', 'read index'], ['snapshot', 'snapshot piece'], ['other', 'forwarded write'],
];

/** A message in words: `node1 sends node2 entries 42 to 44, term 3`. */
export function says(message) {
  const { from, to, event } = message;
  const way = `${from} → ${to}`;
  switch (message.kind) {
    case 'append':
      return event.count > 0
        ? `${way}: ${count(event.count, 'entry', 'entries')} from ${number(event.prev + 1)}, term ${event.term}`
        : `${way}: heartbeat, committed up to ${number(event.commit)}, term ${event.term}`;
    case 'append_reply':
      return event.ok === false ? `${way}: does not fit, go back to ${number(event.index)}` : `${way}: on my disk up to ${number(event.index)}`;
    case 'pre_vote':
      return `${way}: would you vote for me in term ${event.term}?`;
    case 'vote':
      return `${way}: vote for me in term ${event.term}`;
    case 'pre_vote_reply':
    case 'vote_reply':
      return `${way}: ${event.granted ? 'you have my vote' : 'no'}`;
    case 'snapshot':
      return `${way}: snapshot up to ${number(event.index)}, ${bytes(event.offset + event.count)} of ${bytes(event.bytes)}`;
    case 'snapshot_reply':
      return `${way}: snapshot up to ${number(event.index)}, I want from ${bytes(event.wanted ?? 0)}`;
    case 'read_index':
      return `${way}: up to where must I have applied to read?`;
    case 'read_index_reply':
      return `${way}: up to ${number(event.index)}`;
    case 'forward':
      return `${way}: ${count(event.count ?? 1, 'write')} for the leader`;
    case 'refused':
      return `${way}: refused, ${event.reason}`;
    case 'timeout_now':
      return `${way}: ask for votes now`;
    case 'lost_entries':
      return `${way}: I have lost entries from ${number(event.index)}`;
    default:
      return `${way}: ${message.kind}`;
  }
}

/** The mark of a message, around 0,0; its shape says its kind without colour too. */
export function mark(kind, attributes, size = 5) {
  const all = { ...attributes, class: `mark mark-${kind} ${attributes.class ?? ''}` };
  const r = size;
  switch (kind) {
    case 'entries':
      return h('rect', { x: -r, y: -r, width: 2 * r, height: 2 * r, rx: 1.5, ...all });
    case 'snapshot':
      return h('rect', { x: -1.6 * r, y: -r, width: 3.2 * r, height: 2 * r, rx: 1.5, ...all });
    case 'vote':
      return h('polygon', { points: `0,${-1.3 * r} ${1.3 * r},0 0,${1.3 * r} ${-1.3 * r},0`, ...all });
    case 'yes':
      return h('path', { d: `M${-r},0 L${-r / 4},${r * 0.8} L${r},${-r}`, ...all });
    case 'no':
      return h('path', { d: `M${-r * 0.8},${-r * 0.8} L${r * 0.8},${r * 0.8} M${r * 0.8},${-r * 0.8} L${-r * 0.8},${r * 0.8}`, ...all });
    case 'read':
      return h('polygon', { points: `0,${-1.1 * r} ${1.1 * r},${r} ${-1.1 * r},${r}`, ...all });
    case 'beat':
      return h('circle', { r: r * 0.5, ...all });
    default:
      return h('circle', { r: r * 0.75, ...all });
  }
}

/** Shapes and what they mean, as a list. */
export function legend() {
  return h(
    'ul',
    { class: 'legend' },
    LEGEND.map(([kind, text]) =>
      h('li', {}, h('svg', { viewBox: '-9 -9 18 18', width: 18, height: 18, 'aria-hidden': 'true' }, mark(kind, { class: 'term-0' })), text),
    ),
  );
}
