// Server-Sent Events out of the body of an answer: unlike an EventSource, whoever fetches can show a token.

/** More than this without an end of line is no event, but a fault. */
const LONGEST_LINE = 4 * 1024 * 1024;

/** Gives each event as `{event, data, id}` until the stream ends; comments are skipped. */
export async function* serverSentEvents(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  let event = fresh();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) {
      return;
    }
    rest += value;
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop();
    if (rest.length > LONGEST_LINE) {
      await reader.cancel();
      throw new Error('a line of the stream is too long');
    }
    for (const line of lines) {
      if (line === '') {
        if (event.data !== null) {
          yield event;
        }
        event = fresh();
      } else {
        take(event, line);
      }
    }
  }
}

function fresh() {
  return { event: 'message', data: null, id: null };
}

function take(event, line) {
  const colon = line.indexOf(':');
  const field = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
  if (field === 'data') {
    event.data = event.data === null ? value : `${event.data}\n${value}`;
  } else if (field === 'event' || field === 'id') {
    event[field] = value;
  }
}
