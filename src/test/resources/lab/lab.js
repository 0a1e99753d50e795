// The lab: a run of the simulation, its pictures, and what one does to it. The address says what is shown.

import { Controls } from '/ui/controls.js';
import { explainTerms } from '/ui/glossary.js';
import { Player } from '/ui/player.js';
import { View } from '/ui/view.js';
import { Actions } from './actions.js';
import { onKeys } from './keys.js';
import { ofRun, read } from './link.js';
import { Run } from './run.js';
import { Save } from './save.js';
import { Story, allBugs, allLessons, stopsOf } from './story.js';

const SLOW = 0.01;
/** No oftener than this, in milliseconds, all is drawn anew while it plays; what moves is with each frame. */
const PICTURE = 100;
const START = { seed: 1, nodes: 3, script: [], fault: '' };

const player = new Player();
player.speed = SLOW;
const run = new Run(player);
const view = new View(document.getElementById('seen'), { parts: ['waits', 'promises', 'between', 'tape', 'spacetime', 'timeline', 'members'], onMoment: (moment) => { player.pause(); player.seekTime(moment.t); changed(); } });
const story = new Story(document.getElementById('story'));
const bench = document.getElementById('bench');
const actions = new Actions(bench, player, run, act);
const save = new Save(bench, player, run, begin);
const controls = new Controls(document.getElementById('dock'), player, { changed });

/** Where the player stops by itself: the number of events there, and what is shown then. */
let stop = null;
/** What the key n does. */
let next = null;
let drawn = { cursor: -1, at: 0 };
/** The run whose broken promise was told. */
let told = null;

function trouble(failure) {
  const place = document.getElementById('trouble');
  place.hidden = failure === null;
  place.textContent = failure === null ? '' : failure.message;
}

/** Runs something, and says what went wrong with it. */
async function attempt(work) {
  try {
    trouble(null);
    await work();
  } catch (failure) {
    trouble(failure);
  }
}

/** A run of one's own can break a promise too: with a fault, or because there is one. */
function tellCrime() {
  if (run.plan !== null && run.over && told !== run.plan) {
    told = run.plan;
    const place = player.events.findIndex((event) => event.event === 'promise') + 1;
    next = () => {
      player.pause();
      player.seek(place);
      changed();
    };
    story.crime('A promise is broken', run.plan.fault ? `With the fault “${run.plan.fault}”.` : '', player.events, next);
  }
}

function changed() {
  tellCrime();
  view.draw(player.model, player.time, { speed: player.speed });
  actions.draw();
  save.draw();
  controls.draw();
  const { title = '' } = player.model.run ?? {};
  document.getElementById('title').textContent = title;
}

function begin(plan, at) {
  stop = null;
  next = null;
  story.hide();
  return attempt(async () => {
    if (await run.begin(plan, at)) {
      history.replaceState(null, '', ofRun(run.plan, player.time));
      changed();
    }
  });
}

function act(command) {
  stop = null;
  return attempt(async () => {
    if (await run.command(command)) {
      history.replaceState(null, '', ofRun(run.plan, player.time));
      changed();
    }
  });
}

/** Plays up to so many events, then does something. */
function playTo(place, then) {
  stop = { place, then };
  player.play();
  changed();
}

async function lesson(name) {
  const chosen = (await allLessons()).find((one) => one.name === name);
  if (chosen === undefined) {
    throw new Error(`There is no lesson “${name}”.`);
  }
  const plan = { seed: chosen.seed, nodes: chosen.nodes, script: chosen.script, fault: '' };
  if (!(await run.begin(plan, chosen.from ?? 0)) || !(await run.reach(chosen.until))) {
    return;
  }
  const places = stopsOf(chosen, player.events);
  player.seekTime(chosen.from ?? 0);
  player.speed = chosen.speed ?? SLOW;
  const show = (place) => {
    const goOn = () => place < places.length && playTo(places[place], () => show(place + 1));
    next = goOn;
    story.lesson(chosen, place, goOn);
  };
  show(0);
}

async function crime(title, why, path, body) {
  const events = await run.fixed(path, body);
  if (events === null) {
    return;
  }
  const place = player.events.findIndex((event) => event.event === 'promise') + 1;
  const show = () => {
    player.pause();
    player.seek(place);
    changed();
  };
  next = place > 0 ? show : null;
  story.crime(title, why, events, show);
  if (place > 0) {
    // From a little before, so that it is seen to happen.
    player.seekTime(Math.max(player.start(), player.timeOf(place - 1) - 30));
    playTo(place, () => {});
  }
}

/** Shows what the address says. */
async function follow() {
  stop = null;
  next = null;
  player.pause();
  const place = read(location.hash);
  if (place.kind === 'elsewhere') {
    return;
  }
  if (place.kind === 'run') {
    await begin(place.plan, place.at);
    return;
  }
  if (place.kind === 'new' || run.plan === null && player.events.length === 0 && (place.kind === 'lessons' || place.kind === 'museum')) {
    await run.begin(START, 0);
    player.speed = SLOW;
  }
  story.hide();
  switch (place.kind) {
    case 'lessons': await story.lessons(); break;
    case 'museum': await story.museum(); break;
    case 'lesson': await lesson(place.name); break;
    case 'bug': {
      const bug = (await allBugs()).find((one) => one.name === place.name);
      await crime(place.name, bug?.why ?? '', '/lab/bug', { name: place.name });
      break;
    }
    case 'simulation':
      await crime(`Seed ${place.seed} of the simulation’s test`, '', '/lab/seed', { seed: place.seed, mix: place.mix });
      break;
  }
  changed();
}

let last = performance.now();
function frame(now) {
  const moved = player.tick(Math.min(100, now - last), now);
  last = now;
  if (stop !== null && player.cursor >= stop.place) {
    const { place, then } = stop;
    stop = null;
    player.pause();
    player.seek(place);
    then();
    changed();
  } else if (moved) {
    const whole = drawn.cursor !== player.cursor && now - drawn.at >= PICTURE;
    view.draw(player.model, player.time, { speed: player.speed, moving: !whole });
    if (whole) {
      drawn = { cursor: player.cursor, at: now };
      actions.draw();
      controls.draw();
    }
    if (!player.playing) {
      changed();
    }
  }
  run.goOn().catch(trouble);
  requestAnimationFrame(frame);
}

document.getElementById('seen').addEventListener('click', (event) => {
  const id = event.target.closest('.between .member')?.querySelector('.id')?.textContent;
  if (player.model.members.has(id)) {
    actions.choose(id);
  }
});
onKeys(player, actions, changed, () => next?.());
addEventListener('hashchange', () => attempt(follow));
explainTerms(document.body);
/** For the console, and for tests. */
window.seeingRaft = { player, run };
attempt(follow).then(() => requestAnimationFrame(frame));
