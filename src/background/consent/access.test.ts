import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AskPurpose } from '../../messages/ui.ts';
import type { Activity } from '../../model/activity.ts';
import { anOrigin, aResource } from '../../model/brands.fixture.ts';
import type { Origin } from '../../model/origin.ts';
import type { BoundSession, Session } from '../../model/session.ts';
import { createArea, createEvent } from '../browser/browser.fixture.ts';
import { createChanges } from '../changes.ts';
import { createAccess } from './access.ts';
import { type Consents, createConsents } from './consents.ts';

const fake = vi.hoisted(() => ({ permissions: {}, storage: {} }));
vi.mock('webextension-polyfill', () => ({ default: fake }));
vi.mock('../sites/protection.ts', () => ({
  isGranted: async (origin: string) => {
    looks.push(origin);
    return granted.has(origin);
  },
}));

const AGENT = anOrigin('https://agent.example');
const OTHER = anOrigin('https://other.example');
const SERVER = anOrigin('https://as.example');
const RESOURCE = anOrigin('https://mcp.example');

const granted = new Set<string>();
const crowded: string[] = [];
/** The agents whose questions were brought before the person, and those whose questions came or went. */
const shown: string[] = [];
const changed: string[] = [];
/** What Chrome was asked for. */
const looks: string[] = [];
let session: ReturnType<typeof createArea>;
let local: ReturnType<typeof createArea>;
/** What Holdfast gave back to Chrome. */
const removed: unknown[] = [];
let onAdded: ReturnType<typeof createEvent>;
let onRemoved: ReturnType<typeof createEvent>;
beforeEach(() => {
  vi.useFakeTimers();
  granted.clear();
  for (const list of [crowded, shown, changed, looks, removed]) list.length = 0;
  [session, local, onAdded, onRemoved] = [createArea(), createArea(), createEvent(), createEvent()];
  const remove = async (given: unknown) => removed.push(given);
  Object.assign(fake, { permissions: { onAdded, onRemoved, remove }, storage: { session, local } });
});
afterEach(() => vi.useRealTimers());

/** Every agent may use every server: what is asked is Chrome. */
const EVERYTHING: Consents = {
  holds: async () => true,
  isUsed: async () => true,
  give: async () => undefined,
  takeBack: async () => undefined,
  view: async () => ({}),
};

/** A worker of its own; what the browser keeps is shared. */
function createWorker(consents = EVERYTHING) {
  const changes = createChanges();
  changes.on('question', ({ agent }) => shown.push(agent));
  changes.on('asks', (agent) => changed.push(agent));
  changes.on('failed', (error) => {
    throw error;
  });
  const record = ({ agent, server }: Activity): void => void crowded.push(`${agent} ${server}`);
  const leave = (agent: Origin): void => changes.tell('left', agent);
  const isProtected = async () => false;
  return { ...createAccess({ changes, consents, isProtected, record, now: Date.now }), leave };
}
type Worker = ReturnType<typeof createWorker>;

/** The question that is put. */
async function asked(access: Worker): Promise<string> {
  await vi.advanceTimersByTimeAsync(0);
  expect(access.asks()).toHaveLength(1);
  return access.asks()[0]?.id ?? '';
}

async function decline(access: Worker, agent = AGENT, origins = [SERVER]): Promise<void> {
  const answer = access.port.ensure(agent, origins);
  access.decline(await asked(access));
  expect(await answer).toBe(false);
}

async function lapse(access: Worker, agent = AGENT, origins = [SERVER]): Promise<void> {
  const answer = access.port.ensure(agent, origins);
  await asked(access);
  await vi.advanceTimersByTimeAsync(45_000);
  expect(await answer).toBe(false);
}

/** Chrome lets Holdfast into these, wherever the person said so. */
async function grant(...origins: string[]): Promise<void> {
  for (const origin of origins) granted.add(origin);
  await onAdded.happen();
}

test('what Chrome has granted needs no question; what it has taken back needs one at once', async () => {
  granted.add(SERVER);
  const access = createWorker();
  expect(await access.port.ensure(AGENT, [SERVER])).toBe(true);
  granted.clear();
  await onRemoved.happen();
  await decline(access);
});

test('Chrome’s answers are remembered, but not for more origins than an agent may care to name', async () => {
  const { port } = createWorker();
  const ask = (number: number) => port.granted(AGENT, [anOrigin(`https://${number}.example`)]);
  for (let number = 0; number < 512; number += 1) await ask(number);
  await ask(0);
  expect(looks).toHaveLength(512);
  await ask(512);
  await ask(1);
  expect(looks.slice(512)).toEqual(['https://512.example', 'https://1.example']);
});

test('an agent waits for the person, who may grant it anywhere in Chrome', async () => {
  const access = createWorker();
  const waiting = [access.port.ensure(AGENT, [SERVER]), access.port.ensure(AGENT, [SERVER])];
  await asked(access);
  await grant(SERVER);
  expect(await Promise.all(waiting)).toEqual([true, true]);
});

test('a question ends before the agent’s own patience does, and who is told of it hears that', async () => {
  const access = createWorker();
  const answer = access.port.ensure(AGENT, [SERVER]);
  await asked(access);
  expect(access.asks()[0]?.until).toBe(Date.now() + 45_000);
  expect(changed).toEqual([AGENT]);
  await vi.advanceTimersByTimeAsync(45_000);
  expect(await answer).toBe(false);
  expect(access.asks()).toEqual([]);
  expect(changed).toEqual([AGENT, AGENT]);
});

test('a question that follows from an answer does not begin the agent’s wait anew', async () => {
  const access = createWorker();
  const first = access.port.ensure(AGENT, [SERVER]);
  await asked(access);
  await vi.advanceTimersByTimeAsync(30_000);
  await grant(SERVER);
  expect(await first).toBe(true);
  const second = access.port.ensure(AGENT, [RESOURCE]);
  await asked(access);
  await vi.advanceTimersByTimeAsync(14_999);
  expect(access.asks()).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(await second).toBe(false);
});

test('a question ends with the last page that waits for it, and is put again at the next sign-in', async () => {
  const access = createWorker();
  const answer = access.port.ensure(AGENT, [SERVER]);
  void access.port.ensure(OTHER, [SERVER]);
  await vi.advanceTimersByTimeAsync(0);
  access.leave(AGENT);
  expect(await answer).toBe(false);
  expect(access.asks()).toMatchObject([{ agent: OTHER }]);
  expect(await access.port.refusal(AGENT, [SERVER])).toBeUndefined();
  void access.port.ensure(AGENT, [SERVER]);
  await vi.waitFor(() => expect(access.asks()).toHaveLength(2));
});

test('a question names no server that is not in its list', async () => {
  granted.add(SERVER);
  const access = createWorker();
  const purpose: AskPurpose = { kind: 'signIn', issuer: SERVER, resource: RESOURCE };
  void access.port.ensure(AGENT, [SERVER, RESOURCE], purpose);
  await asked(access);
  expect(access.asks()).toMatchObject([{ origins: [RESOURCE], purpose: { issuer: undefined, resource: RESOURCE } }]);
});

test('what was declined is not asked again, by the next worker neither; another agent may ask', async () => {
  await decline(createWorker());
  const next = createWorker();
  await next.port.signedIn(AGENT);
  vi.setSystemTime(Date.now() + 24 * 3_600_000);
  expect(await next.port.ensure(AGENT, [SERVER])).toBe(false);
  expect(next.asks()).toEqual([]);
  void next.port.ensure(OTHER, [SERVER]);
  await asked(next);
});

test('a yes to another question lets the agent ask again what was declined', async () => {
  const access = createWorker();
  await decline(access);
  const other = access.port.ensure(AGENT, [RESOURCE]);
  await asked(access);
  await grant(RESOURCE);
  expect(await other).toBe(true);
  void access.port.ensure(AGENT, [SERVER]);
  await asked(access);
});

test('what nobody answered is not asked again in the same sign-in, and is at the next', async () => {
  const access = createWorker();
  await lapse(access);
  expect(await access.port.ensure(AGENT, [SERVER])).toBe(false);
  await createWorker().port.signedIn(AGENT);
  const next = createWorker();
  void next.port.ensure(AGENT, [SERVER]);
  await asked(next);
});

test('a sign-in that nobody came back from is over after a minute', async () => {
  const access = createWorker();
  await lapse(access);
  vi.setSystemTime(Date.now() + 60_000);
  void access.port.ensure(AGENT, [SERVER]);
  await asked(access);
});

describe('what was refused', () => {
  test('is known with its reason and all servers that its question named', async () => {
    const access = createWorker();
    expect(await access.port.refusal(AGENT, [SERVER])).toBeUndefined();
    await decline(access, AGENT, [SERVER, RESOURCE]);
    const next = createWorker();
    expect(await next.port.refusal(AGENT, [RESOURCE])).toEqual({
      reason: 'declined',
      origins: [SERVER, RESOURCE],
    });
    expect(await next.port.refusal(OTHER, [RESOURCE])).toBeUndefined();
    await lapse(next, OTHER, [RESOURCE]);
    expect(await next.port.refusal(OTHER, [RESOURCE])).toEqual({
      reason: 'unanswered',
      origins: [RESOURCE],
    });
  });

  test.each([
    ['a grant of any of it in Chrome', () => grant(RESOURCE)],
    ['the person’s yes to the agent in a view', (access: Worker) => access.forgive(AGENT)],
  ])('may be asked again after %s', async (_, mend) => {
    const access = createWorker();
    await decline(access, AGENT, [SERVER, RESOURCE]);
    await decline(access, OTHER, [SERVER]);
    await mend(access);
    void access.port.ensure(AGENT, [SERVER]);
    await asked(access);
    expect(await access.port.refusal(OTHER, [SERVER])).toBeDefined();
  });
});

test('a fifth question of one agent is declined at once, and may be put later; another agent is asked about', async () => {
  const access = createWorker();
  const servers = Array.from({ length: 10 }, (_, number) => `https://server-${number}.example`);
  const answers = servers.map((server) => access.port.ensure(AGENT, [anOrigin(server)]));
  expect(await Promise.all(answers.slice(4))).toEqual(Array(6).fill(false));
  expect(access.asks()).toHaveLength(4);
  expect(crowded).toEqual([`${AGENT} https://server-4.example`]);
  void access.port.ensure(OTHER, [SERVER]);
  await vi.waitFor(() => expect(access.asks()).toHaveLength(5));

  access.decline(access.asks()[0]?.id ?? '');
  void access.port.ensure(AGENT, [anOrigin('https://server-9.example')]);
  await vi.waitFor(() => expect(access.asks().at(-1)?.origins).toEqual(['https://server-9.example']));
});

test('an agent that is declined again and again is asked about no more: it pushes no answer out', async () => {
  const access = createWorker();
  await decline(access, OTHER, [SERVER]);
  for (let number = 0; number < 32; number += 1)
    await decline(access, AGENT, [anOrigin(`https://server-${number}.example`)]);
  expect(await access.port.ensure(AGENT, [anOrigin('https://server-32.example')])).toBe(false);
  expect(await access.port.refusal(AGENT, [anOrigin('https://server-0.example')])).toBeDefined();
  expect(await access.port.refusal(OTHER, [SERVER])).toBeDefined();
  expect(crowded).toEqual([`${AGENT} https://server-32.example`]);
});

test('of two questions that stand at once, the one that nobody answers takes no no with it', async () => {
  const access = createWorker();
  const declined = access.port.ensure(AGENT, [SERVER]);
  const id = await asked(access);
  const lapsed = access.port.ensure(AGENT, [SERVER, RESOURCE]);
  await vi.waitFor(() => expect(access.asks()).toHaveLength(2));
  access.decline(id);
  expect(await declined).toBe(false);
  await vi.advanceTimersByTimeAsync(45_000);
  expect(await lapsed).toBe(false);
  await access.port.signedIn(AGENT);
  vi.setSystemTime(Date.now() + 24 * 3_600_000);
  expect(await access.port.ensure(AGENT, [SERVER])).toBe(false);
  expect(access.asks()).toEqual([]);
});

test('what nobody answered fills no memory, and pushes no answer out', async () => {
  const access = createWorker();
  await decline(access);
  for (let number = 0; number < 40; number += 1)
    await lapse(access, AGENT, [anOrigin(`https://server-${number}.example`)]);
  expect(JSON.stringify(session.kept).match(/https:\/\/server-/g)).toHaveLength(31);
  expect(await access.port.refusal(AGENT, [SERVER])).toMatchObject({ reason: 'declined' });
  expect(await access.port.refusal(AGENT, [anOrigin('https://server-39.example')])).toMatchObject({
    reason: 'unanswered',
  });
});

test.each([
  ['that nobody answers', (access: Worker) => vi.advanceTimersByTimeAsync(45_000).then(() => void access)],
  ['whose page goes away', (access: Worker) => access.leave(AGENT)],
])('an agent with questions %s is left to its badge for longer and longer, until a yes', async (_, end) => {
  const access = createWorker();
  for (let number = 0; number < 100; number += 1) {
    const answer = access.port.ensure(AGENT, [anOrigin(`https://server-${number}.example`)]);
    await asked(access);
    await end(access);
    await answer;
  }
  expect(shown.length).toBeGreaterThan(2);
  expect(shown.length).toBeLessThan(12);

  await access.forgive(AGENT);
  const before = shown.length;
  void access.port.ensure(AGENT, [SERVER]);
  await vi.waitFor(() => expect(shown).toHaveLength(before + 1));
});

const SESSION = {
  ...{ agent: AGENT, state: 'bound', resource: aResource(`${RESOURCE}/mcp`), tokenEndpoint: `${SERVER}/token` },
} as BoundSession;

describe('what one agent was allowed', () => {
  const consents = (sessions: readonly Session[] = []) =>
    createConsents({ sessions: { list: async () => [...sessions] }, changed: () => undefined });

  test('is asked about for another, also where Chrome lets Holdfast in already', async () => {
    granted.add(SERVER);
    const access = createWorker(consents());
    await access.allow(AGENT, [SERVER]);
    expect(await access.port.ensure(AGENT, [SERVER])).toBe(true);
    expect(await access.port.granted(OTHER, [SERVER])).toBe(false);
    const answer = access.port.ensure(OTHER, [SERVER]);
    await asked(access);
    await access.allow(OTHER, [SERVER]);
    expect(await answer).toBe(true);
    expect(access.asks()).toEqual([]);
    expect(await createWorker(consents()).port.granted(OTHER, [SERVER])).toBe(true);
  });

  test('is nothing without Chrome’s half, and gone when that is refused', async () => {
    const access = createWorker(consents());
    const answer = access.port.ensure(AGENT, [SERVER]);
    const id = await asked(access);
    await access.allow(AGENT, [SERVER]);
    expect(access.asks()).toHaveLength(1);
    access.decline(id);
    expect(await answer).toBe(false);
    await grant(SERVER);
    expect(await access.port.granted(AGENT, [SERVER])).toBe(false);
  });

  test('can be taken back: Chrome’s half goes with the last agent that has it', async () => {
    granted.add(SERVER);
    const access = createWorker(consents());
    for (const agent of [AGENT, OTHER]) await access.allow(agent, [SERVER]);
    await access.disallow(AGENT, [SERVER]);
    expect(await access.port.granted(AGENT, [SERVER])).toBe(false);
    expect(await access.port.granted(OTHER, [SERVER])).toBe(true);
    expect(removed).toEqual([]);
    await access.disallow(OTHER, [SERVER]);
    expect(removed).toEqual([{ origins: [`${SERVER}/*`] }]);
  });

  test('before that was kept is what its sessions use', async () => {
    granted.add(SERVER).add(RESOURCE);
    const access = createWorker(consents([SESSION]));
    expect(await access.port.granted(AGENT, [SERVER, RESOURCE])).toBe(true);
    expect(await access.port.granted(OTHER, [SERVER])).toBe(false);
    expect(local.kept.consents).toEqual({ [AGENT]: [RESOURCE, SERVER] });
  });

  test('is not more than what is an origin, whatever is stored', async () => {
    granted.add(SERVER);
    await local.set({ consents: { [AGENT]: [SERVER, `${SERVER}/`, 7], 'no origin': [SERVER] } });
    const access = createWorker(consents());
    expect(await access.port.granted(AGENT, [SERVER])).toBe(true);
    expect(await access.port.granted(AGENT, [RESOURCE])).toBe(false);
  });
});
