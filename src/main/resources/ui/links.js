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

/** The seconds `[{second, told, lost}]` of a member with so many more messages told and left out. */
export function noted(seconds, told, lost, time) {
  const second = Math.floor(time / 1000);
  const kept = (seconds ?? []).filter((one) => one.second > second - SECONDS - 1 && one.second < second);
  const now = seconds?.at(-1)?.second === second ? seconds.at(-1) : { second, told: 0, lost: 0 };
  return [...kept, { second, told: now.told + told, lost: now.lost + lost }];
}

/** How many messages stand for one that a member told lately: more than 1 if it left some out. */
export function standsFor(seconds, now) {
  const second = Math.floor(now / 1000);
  const lately = (seconds ?? []).filter((one) => one.second < second && one.second >= second - SECONDS);
  const told = lately.reduce((sum, one) => sum + one.told, 0);
  const lost = lately.reduce((sum, one) => sum + one.lost, 0);
  return told === 0 ? 1 : (told + lost) / told;
}
