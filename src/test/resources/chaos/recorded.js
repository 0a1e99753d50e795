// Plays one run that is in the page itself.

import { Controls } from './controls.js';
import { explainTerms } from './glossary.js';
import { parse } from './open.js';
import { Player } from './player.js';
import { View } from './view.js';

/** What moves is drawn so often, in milliseconds. */
const FRAME = 40;

/** Plays these lines in the page's elements `seen` and `controls`. */
export function play(text) {
  const player = new Player();
  const events = parse(text);
  player.load(events);
  // What was broken first is what one wants to see.
  const strike = events.findIndex((event) => event.kind === 'strike');
  player.seek(strike < 0 ? events.length : strike + 1);
  const view = new View(document.getElementById('seen'), {
    onMoment: (moment) => {
      player.pause();
      player.seekTime(moment.t);
      draw();
    },
  });
  const controls = new Controls(document.getElementById('controls'), player, { changed: () => draw() });
  let last = performance.now();

  function draw() {
    view.draw(player.model, player.time, { speed: player.speed });
    controls.draw();
  }

  function frame(at) {
    requestAnimationFrame(frame);
    if (at - last >= FRAME) {
      if (player.tick(at - last, 0)) {
        draw();
      }
      last = at;
    }
  }

  explainTerms(document.body);
  draw();
  requestAnimationFrame(frame);
}
