import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Origin } from '../sessions/session.ts';
import { createAccess } from './access.ts';
import { createArea, createEvent } from './browser.fixture.ts';

const fake = vi.hoisted(() => ({ permissions: {}, storage: {} }));
vi.mock('webextension-polyfill', () => ({ default: fake }));
vi.mock('./protection.ts', () => ({
  isGranted: async (origin: string) => {
    looks.push(origin);
    return granted.has(origin);
  },
}));

const AGENT = 'https://agent.example' as Origin;
const OTHER = 'https://other.example' as Origin;
const SERVER = 'https://as.example';

const granted = new Set<string>();
const crowded: string[] = [];
/** What Chrome was asked for. */
const looks: string[] = [];
let session: ReturnType<typeof createArea>;
let onAdded: ReturnType<typeof createEvent>;
let onRemoved: ReturnType<typeof createEvent>;
beforeEach(() => {
  vi.useFakeTimers();
  granted.clear();
  crowded.length = 0;
  looks.length = 0;
  [session, onAdded, onRemoved] = [createArea(), createEvent(), createEvent()];
  Object.assign(fake, { permissions: { onAdded, onRemoved }, storage: { session } });
});
afterEach(() => vi.useRealTimers());

/** A worker of its own; what the browser keeps is shared. */
const createDesk = () =>
  createAccess(
    async () => undefined,
    () => undefined,
    (agent, server) => void crowded.push(`${agent} ${server}`),
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

test('Chrome’s answers are remembered, but not for more origins than an agent may care to name', async () => {
  const { access } = createDesk();
  const ask = (number: number) => access.granted([`https://${number}.example`]);
  for (let number = 0; number < 512; number += 1) await ask(number);
  await ask(0);
  expect(looks).toHaveLength(512);
  await ask(512);
  await ask(1);
  expect(looks.slice(512)).toEqual(['https://512.example', 'https://1.example']);
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

test('a fifth question of one agent is declined at once, and may be put later; another agent is asked about', async () => {
  const desk = createDesk();
  const servers = Array.from({ length: 10 }, (_, number) => `https://server-${number}.example`);
  const answers = servers.map((server) => desk.access.ensure(AGENT, [server]));
  expect(await Promise.all(answers.slice(4))).toEqual(Array(6).fill(false));
  expect(desk.asks()).toHaveLength(4);
  expect(crowded).toEqual([`${AGENT} https://server-4.example`]);
  void desk.access.ensure(OTHER, [SERVER]);
  await vi.waitFor(() => expect(desk.asks()).toHaveLength(5));

  desk.decline(desk.asks()[0]?.id ?? '');
  void desk.access.ensure(AGENT, ['https://server-9.example']);
  await vi.waitFor(() => expect(desk.asks().at(-1)?.origins).toEqual(['https://server-9.example']));
});

test('what an agent has declined fills no memory: its oldest is forgotten, and none of another agent’s', async () => {
  const desk = createDesk();
  const decline = async (agent: Origin, server: string) => {
    const answer = desk.access.ensure(agent, [server]);
    await vi.waitFor(() => expect(desk.asks()).toHaveLength(1), { interval: 1 });
    desk.decline(desk.asks()[0]?.id ?? '');
    expect(await answer).toBe(false);
  };
  await decline(OTHER, SERVER);
  for (let number = 0; number < 40; number += 1) await decline(AGENT, `https://server-${number}.example`);
  expect(session.kept.declined).toHaveLength(33);
  expect(desk.access.wasDeclined(OTHER, SERVER)).toBe(true);
  expect(desk.access.wasDeclined(AGENT, 'https://server-0.example')).toBe(false);
  expect(desk.access.wasDeclined(AGENT, 'https://server-39.example')).toBe(true);
});
