// The moments of the last hour: what was elected, changed, cut, slow or gone, and when.

import { h } from './dom.js';
import { number, moment as clock } from './words.js';

export const title = 'Timeline';

/** What is seen in one row each: names, and the kinds of moments in it. */
const ROWS = [
  ['leaders', ['campaigns', 'leads', 'follows', 'steps_down']],
  ['members', ['started', 'stopped', 'members', 'removed', 'crash', 'power_off', 'frozen', 'thawed', 'fault']],
  ['logs', ['truncated', 'snapshot_taken', 'snapshot_sent', 'snapshot_installed']],
  ['network', ['connected', 'unreachable', 'cut', 'mended', 'slow']],
  ['trouble', ['slow_fsync', 'full', 'not_full', 'errors', 'strike', 'promise', 'failed', 'missing']],
];
const CLIENTS = ['clients', ['write', 'acked', 'read', 'answered']];
const SPANS = [[3_600_000, '1 hour'], [600_000, '10 min'], [60_000, '1 min'], [10_000, '10 s']];
const NAMES = 70;
const ROW = 24;
const TOP = 8;
const LISTED = 8;

/** What a link to a moment has behind `#`. */
export function fragment(moment) {
  return `moment=${encodeURIComponent(moment.node ?? '')}.${moment.n ?? 0}.${Math.round(moment.event.at ?? moment.t)}`;
}

/** The moment that a fragment names; null if it is not known. */
export function fromFragment(model, text) {
  return model.moments.find((one) => fragment(one) === text.replace(/^#/, '')) ?? null;
}

export function draw(model, now, look) {
  const simulated = model.simulated();
  const spans = simulated ? SPANS.slice(2) : SPANS;
  const span = look.chosen.span ?? usual(model, now, spans);
  const end = look.chosen.until ?? now;
  const begin = end - span;
  const width = look.width;
  const x = (t) => NAMES + ((t - begin) / span) * (width - NAMES - 12);
  const rows = model.moments.some((one) => CLIENTS[1].includes(one.kind)) ? [...ROWS, CLIENTS] : ROWS;
  const height = TOP + rows.length * ROW + 18;
  const shown = model.moments.filter((one) => one.t >= begin && one.t <= end);
  const chosen = look.chosen.moment ?? null;
  const choose = (one) => {
    look.choose('moment', fragment(one));
    look.onMoment(one);
  };
  const names = new Map(shown.map((one) => [one, fragment(one)]));
  const stop = shown.find((one) => names.get(one) === chosen) ?? shown.at(-1);
  return h(
    'div',
    {},
    tools(spans, span, end, now, look),
    h(
      'svg',
      { class: 'timeline', viewBox: `0 0 ${width} ${height}`, width, height, role: 'group', 'aria-label': `${number(shown.length)} moments, oldest first. Arrow keys go from one to the next.`, onkeydown: move },
      rows.map(([name], row) =>
        h('g', { key: name }, h('text', { x: 0, y: TOP + row * ROW + 16, class: 'name small' }, name), h('line', { x1: NAMES, x2: width, y1: TOP + row * ROW + 12, y2: TOP + row * ROW + 12, class: 'grid' })),
      ),
      (width > 640 ? [0, 0.25, 0.5, 0.75, 1] : [0, 1]).map((part) =>
        h('text', { x: x(begin + part * span), y: height - 3, class: `small ${part === 1 ? 'end' : part === 0 ? '' : 'middle'}` }, clock(begin + part * span, simulated).slice(0, span > 60_000 ? -4 : undefined)),
      ),
      shown.map((one) => dot(one, names.get(one), x(one.t), rows, chosen, one === stop, choose)),
    ),
    list(shown, names, chosen, simulated, choose),
  );
}

/** The shortest time that has all moments in it. */
function usual(model, now, spans) {
  const age = now - (model.moments[0]?.t ?? now);
  return (spans.findLast(([millis]) => millis >= age) ?? spans[0])[0];
}

function tools(spans, span, end, now, look) {
  const go = (until) => look.choose('until', until >= now ? undefined : until);
  return h(
    'p',
    { class: 'toolbar', role: 'group', 'aria-label': 'What time is shown' },
    spans.map(([millis, text]) => h('button', { type: 'button', 'aria-pressed': millis === span ? 'true' : 'false', onclick: () => look.choose('span', millis) }, text)),
    h('button', { type: 'button', onclick: () => go(end - span / 2) }, '← earlier'),
    h('button', { type: 'button', disabled: look.chosen.until === undefined, onclick: () => go(end + span / 2) }, 'later →'),
  );
}

function dot(one, name, x, rows, chosen, stop, choose) {
  const row = Math.max(0, rows.findIndex(([, kinds]) => kinds.includes(one.kind)));
  return h(
    'g',
    {
      key: `${name} ${one.kind}`, class: `moment moment-${one.kind} ${name === chosen ? 'chosen' : ''}`, transform: `translate(${x.toFixed(1)} ${TOP + row * ROW + 12})`,
      role: 'button', tabindex: stop ? 0 : -1, 'aria-label': one.text || one.kind, 'aria-pressed': name === chosen ? 'true' : 'false', 'data-moment': one.kind, onclick: () => choose(one),
    },
    h('title', {}, one.text),
    one.kind === 'leads' ? h('text', { y: 5, class: 'middle star' }, '★') : h('circle', { r: 5 }),
  );
}

function move(event) {
  const all = [...event.currentTarget.querySelectorAll('[data-moment]')];
  const here = all.indexOf(document.activeElement);
  const next = { ArrowLeft: all[here - 1], ArrowRight: all[here + 1], Home: all[0], End: all.at(-1), Enter: all[here], ' ': all[here] }[event.key];
  if (here >= 0 && next) {
    event.preventDefault();
    all[here].setAttribute('tabindex', -1);
    next.setAttribute('tabindex', 0);
    next.focus();
    if (event.key === 'Enter' || event.key === ' ') {
      next.dispatchEvent(new MouseEvent('click', { bubbles: true }));
    }
  }
}

/** The newest in words, and the one that was chosen, with a link to it. */
function list(shown, names, chosen, simulated, choose) {
  const listed = shown.filter((one, place) => place >= shown.length - LISTED || names.get(one) === chosen).reverse();
  if (listed.length === 0) {
    return h('p', { class: 'quiet' }, 'Nothing happened in this time.');
  }
  return h(
    'ol',
    { class: 'moments' },
    listed.map((one) =>
      h(
        'li',
        { key: `${names.get(one)} ${one.kind}`, class: names.get(one) === chosen ? 'chosen' : '' },
        h('a', { href: `#${names.get(one)}`, onclick: () => choose(one) }, h('time', {}, clock(one.t, simulated))),
        ' ',
        one.text || `${one.node}: ${one.kind.replaceAll('_', ' ')}`,
      ),
    ),
  );
}
