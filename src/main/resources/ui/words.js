// Numbers, times and lists as people read them. The same for everybody: no locale, no time zone but the reader's where it says so.

/** 1043 is 1,043. */
export function number(value) {
  if (value === null || value === undefined) {
    return '–';
  }
  const rounded = Math.abs(value) >= 100 || Number.isInteger(value) ? Math.round(value) : Math.round(value * 10) / 10;
  return String(rounded).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** Milliseconds: 0.4 ms, 340 ms, 2.1 s, 3 min, 2 h. */
export function duration(millis) {
  const value = Math.max(0, millis);
  if (value < 10) {
    return `${Math.round(value * 10) / 10} ms`;
  }
  if (value >= 1000 && value < 60_000 && value % 1000 === 0) {
    return `${value / 1000} s`;
  }
  if (value < 1000) {
    return `${Math.round(value)} ms`;
  }
  if (value < 99_950) {
    return `${(value / 1000).toFixed(1)} s`;
  }
  if (value < 90 * 60_000) {
    return `${Math.round(value / 60_000)} min`;
  }
  return `${Math.round(value / 3_600_000)} h`;
}

/** Seconds without fractions once there are some, for sentences that are not to change ten times a second: 2 s. */
export function calmly(millis) {
  return millis < 1000 ? 'under a second' : millis < 99_500 ? `${Math.floor(millis / 1000)} s` : duration(millis);
}

/** 1536 is 1.5 KiB. */
export function bytes(value) {
  if (value === null || value === undefined) {
    return '–';
  }
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  let left = value;
  while (left >= 1024 && unit < units.length - 1) {
    left /= 1024;
    unit++;
  }
  return `${left < 10 && unit > 0 ? left.toFixed(1) : Math.round(left)} ${units[unit]}`;
}

/** a, b and c. */
export function list(words) {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** 1 entry, 2 entries. */
export function count(value, one, many = `${one}s`) {
  return `${number(value)} ${value === 1 ? one : many}`;
}

/** The time of day of a real clock, or since the beginning of a simulated one; with milliseconds. */
export function moment(at, simulated) {
  if (simulated) {
    return `${(at / 1000).toFixed(3)} s`;
  }
  const date = new Date(at);
  const two = (part) => String(part).padStart(2, '0');
  const millis = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${millis}`;
}

/** Ids as people sort them: node2 before node10. */
export function byId(a, b) {
  const left = /^(.*?)(\d*)$/.exec(a);
  const right = /^(.*?)(\d*)$/.exec(b);
  if (left[1] !== right[1]) {
    return left[1] < right[1] ? -1 : 1;
  }
  return Number(left[2]) - Number(right[2]) || (a < b ? -1 : a > b ? 1 : 0);
}
