import { expect, test } from 'vitest';
import { anOrigin } from '../../model/brands.fixture.ts';
import { MOST_PLAIN, MOST_SERVERS } from '../../model/quotas.ts';
import { createArea, newDatabase } from '../../scenarios/world.fixture.ts';
import { createServerMemory } from './server-hints.ts';

const AGENT = anOrigin('https://agent.example');
const OTHER = anOrigin('https://other.example');
const SERVER = 'https://as.example';

/** The memory of one worker after another, in one browser unless a new area is given. */
function createPlaces({ area = createArea(), database = newDatabase() } = {}) {
  const failures: unknown[] = [];
  let time = 0;
  const now = () => {
    time += 1;
    return time;
  };
  const next = (within = area) =>
    createServerMemory({ database, area: within, now, failed: (error) => failures.push(error) });
  return { database, failures, next };
}

test('what a server said is there when the browser starts again; how far its clock is off is not', async () => {
  const { next } = createPlaces();
  const first = next();
  await first.setNonce(SERVER, 'n1');
  await first.setPlain(AGENT, `${SERVER}/token`, true);
  await first.setClockOffset(SERVER, 5);
  const sameBrowser = next();
  expect(await sameBrowser.clockOffset(SERVER)).toBe(5);
  const nextBrowser = next(createArea());
  expect([await nextBrowser.nonce(SERVER), await nextBrowser.clockOffset(SERVER)]).toEqual(['n1', 0]);
  expect(await nextBrowser.isPlain(AGENT, `${SERVER}/token`)).toBe(true);
  await nextBrowser.setPlain(AGENT, `${SERVER}/token`, false);
  expect(await next().isPlain(AGENT, `${SERVER}/token`)).toBe(false);
});

test('storage that fails, fails no request: what was said is known to this worker, and the failure is said', async () => {
  const database = Promise.reject(new Error('The database cannot be opened.'));
  const { failures, next } = createPlaces({ area: createArea(10), database });
  const memory = next();
  await memory.setNonce(SERVER, 'n1');
  await memory.setClockOffset(SERVER, 5);
  await memory.setPlain(AGENT, `${SERVER}/token`, true);
  expect([await memory.nonce(SERVER), await memory.clockOffset(SERVER)]).toEqual(['n1', 5]);
  expect(await memory.isPlain(AGENT, `${SERVER}/token`)).toBe(true);
  expect(failures.length).toBeGreaterThanOrEqual(3);
});

test('an agent that names token endpoints without end fills no storage, and harms no other agent', async () => {
  const { database, next } = createPlaces();
  const memory = next();
  await memory.setPlain(OTHER, `${SERVER}/token`, true);
  for (let n = 0; n < 100; n += 1) await memory.setPlain(AGENT, `${SERVER}/${n}`, true);
  expect(await (await database).count('memory')).toBe(MOST_PLAIN + 1);
  for (const worker of [memory, next()]) {
    expect(await worker.isPlain(OTHER, `${SERVER}/token`)).toBe(true);
    expect(await worker.isPlain(AGENT, `${SERVER}/99`)).toBe(true);
    expect(await worker.isPlain(AGENT, `${SERVER}/0`)).toBe(false);
  }
});

test('servers without end fill none either: those that spoke longest ago are forgotten', async () => {
  const { database, next } = createPlaces();
  const memory = next();
  await memory.setNonce(SERVER, 'n1');
  for (let n = 0; n < MOST_SERVERS; n += 1) {
    if (n === 1) await memory.setNonce(SERVER, 'n2');
    await memory.setNonce(`https://${n}.example`, 'n');
    await memory.setClockOffset(`https://${n}.example`, n + 1);
  }
  expect(await (await database).count('memory')).toBe(MOST_SERVERS);
  expect([await next().nonce(SERVER), await next().nonce('https://0.example')]).toEqual(['n2', undefined]);
  await memory.setClockOffset(SERVER, 1);
  expect([await next().knowsClock(SERVER), await next().knowsClock('https://0.example')]).toEqual([true, false]);
});

test('what cannot be read there is as good as not there', async () => {
  const { database, next } = createPlaces({ area: createArea(undefined, { clocks: 'x' }) });
  const store = (await database).transaction('memory', 'readwrite').store;
  for (const damaged of [
    { kind: 'nonce', name: SERVER, value: 'not\na nonce', at: 1 },
    { kind: 'plain', name: `${AGENT} ${SERVER}/token`, value: 5, at: 1 },
    { kind: 'other', name: SERVER },
  ]) {
    await store.put(damaged as never);
  }
  const memory = next();
  expect([await memory.nonce(SERVER), await memory.clockOffset(SERVER)]).toEqual([undefined, 0]);
  expect(await memory.isPlain(AGENT, `${SERVER}/token`)).toBe(false);
  await memory.setNonce(SERVER, 'n1');
  expect(await next().nonce(SERVER)).toBe('n1');
});
