// The keyboard: the player's keys, and the letters of what one can do.

const FIELDS = new Set(['INPUT', 'SELECT', 'TEXTAREA']);

/**
 * Listens where no field wants the keys.
 *
 * @param next what the letter n does
 */
export function onKeys(player, actions, changed, next) {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) {
      return;
    }
    const field = FIELDS.has(event.target.tagName) && !['radio', 'checkbox'].includes(event.target.type);
    if (field || (event.key === ' ' && event.target.closest('button, a, summary, input'))) {
      return;
    }
    const work = ofPlayer(event.key, player) ?? (event.key === 'n' ? next : null) ?? actions.byKey(event.key);
    if (work === null || (event.key.startsWith('Arrow') && event.target.closest('input, svg'))) {
      return;
    }
    event.preventDefault();
    work();
    changed();
  });
}

function ofPlayer(key, player) {
  switch (key) {
    case ' ': return () => (player.playing ? player.pause() : player.play());
    case 'ArrowRight': return () => player.step(1);
    case 'ArrowLeft': return () => player.step(-1);
    case 'Home': return () => { player.pause(); player.seek(0); };
    case 'End': return () => { player.pause(); player.seek(player.events.length); };
    default: return null;
  }
}
