// What is behind # in the address: a run with its script, a lesson, a bug, a seed of the simulation's test.

/** The fragment of a run at a moment. */
export function ofRun({ seed, nodes, script, fault }, at) {
  const fields = new URLSearchParams({ seed, nodes, at: String(Math.round(at * 1000) / 1000), script: JSON.stringify(script) });
  if (fault) {
    fields.set('fault', fault);
  }
  return `#${fields}`;
}

/** `{kind, …}`: `run`, `lesson`, `bug`, `simulation`, `lessons`, `museum`; throws an Error for people if it is none of them. */
export function read(fragment) {
  const text = fragment.replace(/^#/, '');
  if (text === 'lessons' || text === 'museum' || text === 'new' || text === '') {
    return { kind: text === '' ? 'new' : text };
  }
  const fields = new URLSearchParams(text);
  for (const kind of ['lesson', 'bug']) {
    if (fields.has(kind)) {
      return { kind, name: fields.get(kind) };
    }
  }
  if (fields.has('simulation')) {
    return { kind: 'simulation', seed: whole(fields, 'simulation'), mix: fields.get('mix') ?? '' };
  }
  if (!fields.has('seed')) {
    return { kind: 'elsewhere' };
  }
  let script;
  try {
    script = JSON.parse(fields.get('script') ?? '[]');
  } catch {
    throw new Error('The script in this link is cut off.');
  }
  return {
    kind: 'run',
    plan: { seed: whole(fields, 'seed'), nodes: fields.has('nodes') ? whole(fields, 'nodes') : 3, script, fault: fields.get('fault') ?? '' },
    at: Number(fields.get('at') ?? 0) || 0,
  };
}

function whole(fields, name) {
  const value = Number(fields.get(name));
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new Error(`The ${name} in this link is no number.`);
  }
  return value;
}
