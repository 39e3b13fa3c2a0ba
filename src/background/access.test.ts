import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Origin } from '../sessions/session.ts';
import { createAccess } from './access.ts';
import { createArea, createEvent } from './browser.fixture.ts';

const fake = vi.hoisted(() => ({ permissions: {}, storage: {} }));
vi.mock('webextension-polyfill', () => ({ default: fake }));
vi.mock('./protection.ts', () => ({
  isGranted: async (origin: string) => granted.has(origin),
}));

const AGENT = 'https://agent.example' as Origin;
const OTHER = 'https://other.example' as Origin;
const SERVER = 'https://as.example';

const granted = new Set<string>();
let session: ReturnType<typeof createArea>;
let onAdded: ReturnType<typeof createEvent>;
let onRemoved: ReturnType<typeof createEvent>;
beforeEach(() => {
  vi.useFakeTimers();
  granted.clear();
  [session, onAdded, onRemoved] = [createArea(), createEvent(), createEvent()];
  Object.assign(fake, { permissions: { onAdded, onRemoved }, storage: { session } });
});
afterEach(() => vi.useRealTimers());

/** A worker of its own; what the browser keeps is shared. */
const createDesk = () =>
  createAccess(
    async () => undefined,
    () => undefined,
  );
/** The question that is put. */
async function asked(desk: ReturnType<typeof createDesk>): Promise<string> {
  await vi.waitFor(() => expect(desk.asks()).toHaveLength(1));
  return desk.asks()[0]?.id ?? '';
}

test('what Chrome has granted needs no question; what it has taken back needs one at once', async () => {
  granted.add(SERVER);
  const desk = createDesk();
  expect(await desk.access.ensure(AGENT, [SERVER])).toBe(true);
  granted.clear();
  await onRemoved.happen();
  const waiting = desk.access.ensure(AGENT, [SERVER]);
  desk.decline(await asked(desk));
  expect(await waiting).toBe(false);
});

test('an agent waits for the person, who may grant it anywhere in Chrome', async () => {
  const desk = createDesk();
  const waiting = [desk.access.ensure(AGENT, [SERVER]), desk.access.ensure(AGENT, [SERVER])];
  await asked(desk);
  granted.add(SERVER);
  await onAdded.happen();
  expect(await Promise.all(waiting)).toEqual([true, true]);
});

test('a person who does not answer has declined, after a minute', async () => {
  const desk = createDesk();
  const waiting = desk.access.ensure(AGENT, [SERVER]);
  await asked(desk);
  vi.advanceTimersByTime(60_000);
  expect(await waiting).toBe(false);
  expect(desk.access.wasDeclined(AGENT, SERVER)).toBe(true);
});

test('what was declined is not asked again, by the next worker neither; another agent may ask', async () => {
  const desk = createDesk();
  const waiting = desk.access.ensure(AGENT, [SERVER]);
  desk.decline(await asked(desk));
  await waiting;
  expect(await desk.access.ensure(AGENT, [SERVER])).toBe(false);
  const next = createDesk();
  expect(await next.access.ensure(AGENT, [SERVER])).toBe(false);
  expect(next.asks()).toEqual([]);
  void next.access.ensure(OTHER, [SERVER]);
  await asked(next);
});
