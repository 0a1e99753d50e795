import { parse } from '/ui/open.js';
import { equal, test, throws } from './harness.js';

test('open: a file is lines of JSON, put in order', () => {
  const events = parse('{"event":"run","format":1,"nodes":["a"]}\n{"event":"moment","node":"a","n":2,"at":5}\n\n{"event":"moment","node":"a","n":1,"at":4}\n');
  equal(events.map((event) => event.n ?? 0), [0, 1, 2]);
});

test('open: what is no run is said in words', () => {
  throws(() => parse('{"event":"run","format":1}\nnothing'), 'Line 2');
  throws(() => parse('{"a":1}'), 'no event');
  throws(() => parse(''), 'empty');
  throws(() => parse('{"event":"moment","node":"a","n":1,"at":1e999}'), 'Line 1 has a time');
  throws(() => parse('{"event":"moment","node":"a","n":1,"at":1e300}'), 'Line 1 has a time');
  throws(() => parse('{"event":"moment","node":"a","n":1,"at":"5"}'), 'Line 1 has a time');
  throws(() => parse('{"event":"run","format":2}'), 'format');
});
