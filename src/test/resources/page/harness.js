// The least that tests need: names, what is to be equal, and a list of results.

const tests = [];

/** A test; it may be asynchronous, and fails by throwing. */
export function test(name, body) {
  tests.push({ name, body });
}

/** Runs all: `[{name, failure}]`, an empty failure for what has passed. */
export async function run() {
  const results = [];
  for (const { name, body } of tests) {
    let failure = '';
    try {
      await body();
    } catch (error) {
      failure = String(error?.stack ?? error) || 'failed';
    }
    results.push({ name, failure });
  }
  return results;
}

export function equal(actual, expected, what = '') {
  const left = JSON.stringify(actual);
  const right = JSON.stringify(expected);
  if (left !== right) {
    throw new Error(`${what} expected ${right}, was ${left}`);
  }
}

export function holds(condition, what) {
  if (!condition) {
    throw new Error(`it does not hold: ${what}`);
  }
}

export function throws(work, part) {
  try {
    work();
  } catch (error) {
    holds(error.message.includes(part), `'${error.message}' says '${part}'`);
    return;
  }
  throw new Error(`nothing was thrown, where '${part}' was to be said`);
}

/** Numbers that look random and are the same each time, from 0 to below 1. */
export function numbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
