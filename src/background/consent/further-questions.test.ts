import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { anOrigin, aResource, aSessionId } from '../../model/brands.fixture.ts';
import type { Origin } from '../../model/origin.ts';
import { MOST_FURTHER, MOST_QUESTIONS } from '../../model/quotas.ts';
import type { BoundSession, Session } from '../../model/session.ts';
import { createArea, createEvent } from '../browser/browser.fixture.ts';
import { createChanges } from '../changes.ts';
import { createAccess } from './access.ts';

const fake = vi.hoisted(() => ({ permissions: {}, storage: {} }));
vi.mock('webextension-polyfill', () => ({ default: fake }));
vi.mock('../sites/protection.ts', () => ({ isGranted: async () => true }));

const AGENT = anOrigin('https://agent.example');
const ORIGIN = 'https://mcp.example';
const FILES = `${ORIGIN}/files`;
const MINUTE = 60_000;

const sessionOf = (id: string, agent: Origin = AGENT) =>
  ({ id: aSessionId(id), agent, resource: aResource(`${ORIGIN}/mcp`), state: 'bound' }) as BoundSession;
const SESSION = sessionOf('one');

/** The agents whose questions were brought before the person. */
const shown: string[] = [];
const crowded: string[] = [];
let onAdded: ReturnType<typeof createEvent>;
beforeEach(() => {
  vi.useFakeTimers();
  shown.length = crowded.length = 0;
  onAdded = createEvent();
  const permissions = { onAdded, onRemoved: createEvent(), remove: async () => undefined };
  Object.assign(fake, { permissions, storage: { session: createArea(), local: createArea() } });
});
afterEach(() => vi.useRealTimers());

/** A worker of its own, in which an agent has all servers; what the browser keeps is shared. */
function createWorker() {
  const changes = createChanges();
  changes.on('question', ({ agent }) => shown.push(agent));
  changes.on('failed', (error) => {
    throw error;
  });
  const access = createAccess({
    ...{ changes, isProtected: async () => false, now: Date.now },
    consents: {
      ...{ holds: async () => false, isUsed: async () => true, view: async () => ({}) },
      ...{ give: async () => undefined, takeBack: async () => undefined },
    },
    record: ({ kind, ...line }) => void crowded.push(`${kind} ${'code' in line ? line.code : ''}`),
  });
  return { ...access, changes, ask: access.port.askFurther };
}
type Worker = ReturnType<typeof createWorker>;

/** The questions that stand, in the order in which they came. */
async function open({ asks }: Worker) {
  await vi.advanceTimersByTimeAsync(0);
  return asks();
}

async function isAsked(access: Worker, address: string, session = SESSION): Promise<boolean> {
  void access.ask(session, address);
  return (await open(access)).some(({ further }) => further?.session === session.id && further.address === address);
}

async function decline(access: Worker, address: string, session = SESSION): Promise<void> {
  const answer = access.ask(session, address);
  const [question] = await open(access);
  access.decline(question?.id ?? '');
  expect(await answer).toBe(false);
}

test('a question names the session, its resource and the address, and no server; the yes to it is for that alone', async () => {
  const access = createWorker();
  const answer = access.ask(SESSION, FILES);
  const [question] = await open(access);
  expect(question).toEqual({
    ...{ id: expect.any(String), agent: AGENT, origins: [], until: Date.now() + 45_000 },
    further: { session: 'one', resource: `${ORIGIN}/mcp`, address: FILES },
  });
  expect(shown).toEqual([AGENT]);
  access.allowFurther(question?.id ?? '');
  expect(await answer).toBe(true);
  expect(await isAsked(access, `${ORIGIN}/other`)).toBe(true);
});

test('what Chrome or the person allows elsewhere is no answer to it, and a yes to it is none to a question for servers', async () => {
  const access = createWorker();
  void access.ask(SESSION, FILES);
  const servers = access.port.ensure(AGENT, [anOrigin('https://as.example')]);
  await access.allow(AGENT, [anOrigin(ORIGIN)]);
  await onAdded.happen();
  const [further, other] = await open(access);
  expect(further?.further).toBeDefined();
  access.allowFurther(other?.id ?? '');
  expect(await open(access)).toHaveLength(2);
  access.decline(other?.id ?? '');
  expect(await servers).toBe(false);
});

test('of a session that asks for a thousand paths, one question stands at a time, with longer and longer rests, and an end', async () => {
  const access = createWorker();
  const minutes: number[] = [];
  for (let path = 0; path < 1_000; path += 1) {
    void access.ask(SESSION, `${ORIGIN}/${path}`);
    const standing = await open(access);
    expect(standing.length).toBeLessThan(2);
    for (const { id } of standing) {
      minutes.push(path);
      access.decline(id);
    }
    await vi.advanceTimersByTimeAsync(MINUTE);
  }
  expect(minutes).toEqual([0, 1, 3, 7, 15, 31, 63, 123]);
  expect(minutes).toHaveLength(MOST_FURTHER);
});

test('requests that come together share the question for what it covers; the others are denied at once', async () => {
  const access = createWorker();
  const first = access.ask(SESSION, FILES);
  const below = access.ask(SESSION, `${FILES}/one`);
  expect(await access.ask(SESSION, `${ORIGIN}/search`)).toBe(false);
  const [question] = await open(access);
  access.allowFurther(question?.id ?? '');
  expect(await Promise.all([first, below])).toEqual([true, true]);
});

test('what was declined is not asked again, by the next worker neither; another path is after a rest', async () => {
  await decline(createWorker(), FILES);
  const next = createWorker();
  expect(await isAsked(next, `${ORIGIN}/search`)).toBe(false);
  await vi.advanceTimersByTimeAsync(24 * 60 * MINUTE);
  expect(await isAsked(next, FILES)).toBe(false);
  expect(await isAsked(next, `${FILES}/one`)).toBe(false);
  expect(await isAsked(next, `${ORIGIN}/search`)).toBe(true);
});

test('a no is for its session: another of the same agent may ask', async () => {
  const access = createWorker();
  await decline(access, FILES);
  expect(await isAsked(access, FILES, sessionOf('two'))).toBe(true);
});

test('a question that lapses is no no: the same is asked again after a rest', async () => {
  const access = createWorker();
  const answer = access.ask(SESSION, FILES);
  await vi.advanceTimersByTimeAsync(45_000);
  expect(await answer).toBe(false);
  expect(await isAsked(access, FILES)).toBe(false);
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect(await isAsked(access, FILES)).toBe(true);
});

test.each([
  ['the last page of its agent', ({ changes }: Worker) => changes.tell('left', AGENT)],
  ['its session', ({ changes }: Worker) => changes.tell('session', SESSION.id, { state: 'revoked' } as Session, AGENT)],
  ['its session’s record', ({ changes }: Worker) => changes.tell('session', SESSION.id, undefined, AGENT)],
])('a question ends with %s, and a late yes to it changes nothing', async (_, end) => {
  const access = createWorker();
  const answer = access.ask(SESSION, FILES);
  const [question] = await open(access);
  end(access);
  expect(await answer).toBe(false);
  access.allowFurther(question?.id ?? '');
  expect(await open(access)).toEqual([]);
});

test('a session that changes, or another that ends, leaves the question', async () => {
  const access = createWorker();
  void access.ask(SESSION, FILES);
  await open(access);
  access.changes.tell('session', SESSION.id, SESSION, AGENT);
  access.changes.tell('session', aSessionId('two'), undefined, AGENT);
  expect(await open(access)).toHaveLength(1);
});

test('an agent with many sessions has no more questions than any, of both kinds together', async () => {
  const access = createWorker();
  void access.port.ensure(AGENT, [anOrigin('https://as.example')]);
  for (let number = 0; number < 1_000; number += 1) void access.ask(sessionOf(String(number)), FILES);
  expect(await open(access)).toHaveLength(MOST_QUESTIONS);
  expect(crowded).toEqual(['denied too_many_questions']);
});

test('after a few without a yes, whichever session they were for, the badge alone says that one is there', async () => {
  const access = createWorker();
  for (const id of ['one', 'two', 'three']) await decline(access, FILES, sessionOf(id));
  expect(shown).toHaveLength(3);
  expect(await isAsked(access, FILES, sessionOf('four'))).toBe(true);
  expect(shown).toHaveLength(3);
});
