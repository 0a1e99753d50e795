// Requests to the node that serves this page, with the token of whoever looks. The token stays in this tab: it is in
// sessionStorage, and goes to no other host.

const KEY = 'hraftd-token';

/** The token that was typed in, or an empty text. */
export function token() {
  return sessionStorage.getItem(KEY) ?? '';
}

/** Keeps a token for this tab, or forgets it. */
export function setToken(text) {
  if (text === '') {
    sessionStorage.removeItem(KEY);
  } else {
    sessionStorage.setItem(KEY, text);
  }
}

/** What fetch is told besides the address. */
export function withToken(options = {}) {
  const headers = { ...options.headers };
  if (token() !== '') {
    headers.Authorization = `Bearer ${token()}`;
  }
  return { ...options, headers, cache: 'no-store', credentials: 'same-origin', redirect: 'error' };
}

/**
 * Asks, and reads the whole answer.
 *
 * @returns `{ok, status, json, text, headers}`; `text` is for people: what was wrong, if it was. Never throws
 */
export async function ask(method, path, body, headers = {}) {
  try {
    return await whole(await fetch(path, withToken({ method, body, headers })));
  } catch {
    return nothing();
  }
}

/**
 * Asks for a file, which may be larger than a text can be: `{ok, text, file}`, with the file as a Blob if it is `ok`. Never
 * throws.
 */
export async function askForFile(path) {
  try {
    const answer = await fetch(path, withToken());
    return answer.ok ? { ok: true, text: '', file: await answer.blob() } : await whole(answer);
  } catch {
    return nothing();
  }
}

async function whole(answer) {
  const text = await answer.text();
  let json = null;
  try {
    json = JSON.parse(text);
  } catch {
    // Not every answer is JSON.
  }
  const says = answer.ok ? text : `${json?.title ?? answer.statusText} (${answer.status}): ${json?.detail ?? text}`;
  return { ok: answer.ok, status: answer.status, json, text: says, headers: answer.headers };
}

function nothing() {
  return { ok: false, status: 0, json: null, text: 'The node that serves this page does not answer.', headers: new Headers() };
}
