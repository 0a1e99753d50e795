// A small chart of lines over time. A library would be a hundred times its size, and draws on a canvas that knows neither
// the page's colours nor a screen reader.

import { h } from './dom.js';
import { number } from './words.js';

const HEIGHT = 96;
const LEFT = 4;
const FOOT = 16;

/** A round number that is no less: 1, 2 or 5 times a power of ten. */
export function ceiling(value) {
  if (value <= 0) {
    return 1;
  }
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((factor) => factor * power).find((round) => round >= value);
}

/**
 * A figure with its lines.
 *
 * @param lines `[{name, points: [[t, value]…]}]`, at most three; values that are missing are left out
 * @param format makes words of a value
 */
export function chart(title, lines, { begin, end, width, format = number }) {
  const most = ceiling(Math.max(0, ...lines.flatMap((line) => line.points.map(([, value]) => value))));
  const x = (t) => LEFT + ((t - begin) / (end - begin)) * (width - 2 * LEFT);
  const y = (value) => HEIGHT - FOOT - (value / most) * (HEIGHT - FOOT - 14);
  const last = lines.map((line) => `${line.name} ${line.points.length > 0 ? format(line.points.at(-1)[1]) : '–'}`);
  return h(
    'figure',
    { key: title, class: 'chart' },
    h('figcaption', {}, title),
    h(
      'svg',
      { viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: 'img', 'aria-label': `${title}: ${last.join(', ')}` },
      [0, 0.5, 1].map((part) => h('line', { x1: LEFT, x2: width - LEFT, y1: y(most * part), y2: y(most * part), class: 'grid' })),
      h('text', { x: LEFT, y: 10, class: 'small' }, format(most)),
      lines.map((line, place) => h('polyline', { class: `line line-${place}`, points: line.points.map(([t, value]) => `${x(t).toFixed(1)},${y(value).toFixed(1)}`).join(' ') })),
      h('text', { x: LEFT, y: HEIGHT - 3, class: 'small' }, `${Math.round((end - begin) / 60_000)} min ago`),
      h('text', { x: width - LEFT, y: HEIGHT - 3, class: 'small end' }, 'now'),
    ),
    h('ul', { class: 'values' }, lines.map((line, place) => h('li', { class: `value-${place}` }, h('span', { class: 'stroke', 'aria-hidden': 'true' }), last[place]))),
  );
}
