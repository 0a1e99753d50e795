// How much goes from one member to another: what was sent in each of the last seconds. Pure.

/** Rates are of so many seconds. */
const SECONDS = 3;

/** The seconds `[{second, messages, entries, bytes}]` with one more message, sent at this time; those before are not changed. */
export function counted(seconds, event, time) {
  const second = Math.floor(time / 1000);
  const kept = (seconds ?? []).filter((one) => one.second > second - SECONDS - 1 && one.second < second);
  const now = seconds?.at(-1)?.second === second ? seconds.at(-1) : { second, messages: 0, entries: 0, bytes: 0 };
  return [
    ...kept,
    {
      second,
      messages: now.messages + 1,
      entries: now.entries + (event.kind === 'append' ? (event.count ?? 0) : 0),
      bytes: now.bytes + (event.kind === 'snapshot' ? (event.count ?? 0) : (event.bytes ?? 0)),
    },
  ];
}

/** What is sent a second, over the last whole seconds before this time. */
export function rateOf(seconds, now) {
  const second = Math.floor(now / 1000);
  const rate = { messages: 0, entries: 0, bytes: 0 };
  for (const one of seconds ?? []) {
    if (one.second < second && one.second >= second - SECONDS) {
      rate.messages += one.messages / SECONDS;
      rate.entries += one.entries / SECONDS;
      rate.bytes += one.bytes / SECONDS;
    }
  }
  return rate;
}
