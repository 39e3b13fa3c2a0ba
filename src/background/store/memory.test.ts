import { expect, test } from 'vitest';
import type { Origin } from '../../sessions/session.ts';
import { createServerMemory, MOST_PLAIN } from './memory.ts';

const AGENT = 'https://agent.example' as Origin;
const OTHER = 'https://other.example' as Origin;

/** An area like `storage.session`, with so much room. */
function createArea(room = Number.POSITIVE_INFINITY, stored: Record<string, unknown> = {}) {
  return {
    stored,
    async get(defaults: Record<string, unknown>) {
      return structuredClone({ ...defaults, ...stored });
    },
    async set(items: Record<string, unknown>) {
      if (JSON.stringify({ ...stored, ...items }).length > room) throw new Error('QUOTA_BYTES quota exceeded');
      Object.assign(stored, structuredClone(items));
    },
  };
}

test('a server’s nonce and time are there for the next worker', async () => {
  const area = createArea();
  await createServerMemory(area, () => undefined).setNonce('https://as.example', 'n1');
  await createServerMemory(area, () => undefined).setClockOffset('https://as.example', 5);
  const next = createServerMemory(area, () => undefined);
  expect([await next.nonce('https://as.example'), await next.clockOffset('https://as.example')]).toEqual(['n1', 5]);
});

test('an area that is full fails no request, and says so', async () => {
  const failures: unknown[] = [];
  const memory = createServerMemory(createArea(10), (error) => failures.push(error));
  await memory.setNonce('https://as.example', 'n1');
  await memory.setClockOffset('https://as.example', 5);
  await memory.setPlain(AGENT, 'https://as.example/token', true);
  expect(await memory.nonce('https://as.example')).toBe('n1');
  expect(failures).toHaveLength(3);
});

test('an agent that names token endpoints without end does not fill the area, and harms no other agent', async () => {
  const area = createArea();
  const memory = createServerMemory(area, () => undefined);
  await memory.setPlain(OTHER, 'https://as.example/token', true);
  for (let n = 0; n < 500; n += 1) await memory.setPlain(AGENT, `https://as.example/${n}`, true);
  expect(Object.keys(area.stored.plain as object)).toHaveLength(MOST_PLAIN + 1);
  expect(await memory.isPlain(OTHER, 'https://as.example/token')).toBe(true);
  expect(await memory.isPlain(AGENT, 'https://as.example/499')).toBe(true);
  expect(await memory.isPlain(AGENT, 'https://as.example/0')).toBe(false);
});

test.each([
  ['no tables', { nonces: null, clocks: 'x', plain: 5 }],
  ['values of another kind', { nonces: { 'https://as.example': 5 }, clocks: { 'https://as.example': 'x' }, plain: [] }],
])('what cannot be read there (%s) is as good as not there', async (_, stored) => {
  const memory = createServerMemory(createArea(undefined, stored), () => undefined);
  expect(await memory.nonce('https://as.example')).toBeUndefined();
  expect(await memory.clockOffset('https://as.example')).toBe(0);
  expect(await memory.isPlain(AGENT, 'https://as.example/token')).toBe(false);
  await memory.setNonce('https://as.example', 'n1');
  expect(await memory.nonce('https://as.example')).toBe('n1');
});
