import { Warnings } from '/ui/warnings.js';
import { equal, test } from './harness.js';

const root = () => document.getElementById('root');

async function shown(answer) {
  root().replaceChildren();
  const asked = [];
  await new Warnings(root(), async (method, path) => {
    asked.push(`${method} ${path}`);
    return answer;
  }).look();
  equal(asked, ['GET /status']);
  return [...root().querySelectorAll('li')].map((line) => line.textContent);
}

test('warnings: what the node warns of is said, as text', async () => {
  equal(await shown({ ok: true, json: { warnings: ['no TLS', '<b>no -auth</b>'] } }), ['no TLS', '<b>no -auth</b>']);
});

test('warnings: nothing is said of a node without any, nor of one that does not answer', async () => {
  equal(await shown({ ok: true, json: { warnings: [] } }), []);
  equal(await shown({ ok: false, json: null }), []);
  equal(root().textContent, '');
});
