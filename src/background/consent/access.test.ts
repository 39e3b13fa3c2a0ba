import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AskPurpose } from '../../messages/ui.ts';
import type { Activity } from '../../model/activity.ts';
import { anOrigin } from '../../model/brands.fixture.ts';
import type { Origin } from '../../model/origin.ts';
import { createArea, createEvent } from '../browser/browser.fixture.ts';
import { createChanges } from '../changes.ts';
import { createAccess } from './access.ts';

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
let onAdded: ReturnType<typeof createEvent>;
let onRemoved: ReturnType<typeof createEvent>;
beforeEach(() => {
  vi.useFakeTimers();
  granted.clear();
  for (const list of [crowded, shown, changed, looks]) list.length = 0;
  [session, onAdded, onRemoved] = [createArea(), createEvent(), createEvent()];
  Object.assign(fake, { permissions: { onAdded, onRemoved }, storage: { session } });
});
afterEach(() => vi.useRealTimers());

/** A worker of its own; what the browser keeps is shared. */
function createDesk() {
  const changes = createChanges();
  changes.on('question', ({ agent }) => shown.push(agent));
  changes.on('asks', (agent) => changed.push(agent));
  changes.on('failed', (error) => {
    throw error;
  });
  const record = ({ agent, server }: Activity): void => void crowded.push(`${agent} ${server}`);
  const leave = (agent: Origin): void => changes.tell('left', agent);
  return { ...createAccess({ changes, record, now: Date.now }), leave };
}
type Desk = ReturnType<typeof createDesk>;

/** The question that is put. */
async function asked(desk: Desk): Promise<string> {
  await vi.advanceTimersByTimeAsync(0);
  expect(desk.asks()).toHaveLength(1);
  return desk.asks()[0]?.id ?? '';
}

async function decline(desk: Desk, agent = AGENT, origins = [SERVER]): Promise<void> {
  const answer = desk.access.ensure(agent, origins);
  desk.decline(await asked(desk));
  expect(await answer).toBe(false);
}

async function lapse(desk: Desk, agent = AGENT, origins = [SERVER]): Promise<void> {
  const answer = desk.access.ensure(agent, origins);
  await asked(desk);
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
  const desk = createDesk();
  expect(await desk.access.ensure(AGENT, [SERVER])).toBe(true);
  granted.clear();
  await onRemoved.happen();
  await decline(desk);
});

test('Chrome’s answers are remembered, but not for more origins than an agent may care to name', async () => {
  const { access } = createDesk();
  const ask = (number: number) => access.granted([anOrigin(`https://${number}.example`)]);
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
  await grant(SERVER);
  expect(await Promise.all(waiting)).toEqual([true, true]);
});

test('a question ends before the agent’s own patience does, and who is told of it hears that', async () => {
  const desk = createDesk();
  const answer = desk.access.ensure(AGENT, [SERVER]);
  await asked(desk);
  expect(desk.asks()[0]?.until).toBe(Date.now() + 45_000);
  expect(changed).toEqual([AGENT]);
  await vi.advanceTimersByTimeAsync(45_000);
  expect(await answer).toBe(false);
  expect(desk.asks()).toEqual([]);
  expect(changed).toEqual([AGENT, AGENT]);
});

test('a question that follows from an answer does not begin the agent’s wait anew', async () => {
  const desk = createDesk();
  const first = desk.access.ensure(AGENT, [SERVER]);
  await asked(desk);
  await vi.advanceTimersByTimeAsync(30_000);
  await grant(SERVER);
  expect(await first).toBe(true);
  const second = desk.access.ensure(AGENT, [RESOURCE]);
  await asked(desk);
  await vi.advanceTimersByTimeAsync(14_999);
  expect(desk.asks()).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(await second).toBe(false);
});

test('a question ends with the last page that waits for it, and is put again at the next sign-in', async () => {
  const desk = createDesk();
  const answer = desk.access.ensure(AGENT, [SERVER]);
  void desk.access.ensure(OTHER, [SERVER]);
  await vi.advanceTimersByTimeAsync(0);
  desk.leave(AGENT);
  expect(await answer).toBe(false);
  expect(desk.asks()).toMatchObject([{ agent: OTHER }]);
  expect(await desk.access.refusal(AGENT, [SERVER])).toBeUndefined();
  void desk.access.ensure(AGENT, [SERVER]);
  await vi.waitFor(() => expect(desk.asks()).toHaveLength(2));
});

test('a question names no server that is not in its list', async () => {
  granted.add(SERVER);
  const desk = createDesk();
  const purpose: AskPurpose = { kind: 'signIn', issuer: SERVER, resource: RESOURCE };
  void desk.access.ensure(AGENT, [SERVER, RESOURCE], purpose);
  await asked(desk);
  expect(desk.asks()).toMatchObject([{ origins: [RESOURCE], purpose: { issuer: undefined, resource: RESOURCE } }]);
});

test('what was declined is not asked again, by the next worker neither; another agent may ask', async () => {
  await decline(createDesk());
  const next = createDesk();
  await next.access.signedIn(AGENT);
  vi.setSystemTime(Date.now() + 24 * 3_600_000);
  expect(await next.access.ensure(AGENT, [SERVER])).toBe(false);
  expect(next.asks()).toEqual([]);
  void next.access.ensure(OTHER, [SERVER]);
  await asked(next);
});

test('a yes to another question lets the agent ask again what was declined', async () => {
  const desk = createDesk();
  await decline(desk);
  const other = desk.access.ensure(AGENT, [RESOURCE]);
  await asked(desk);
  await grant(RESOURCE);
  expect(await other).toBe(true);
  void desk.access.ensure(AGENT, [SERVER]);
  await asked(desk);
});

test('what nobody answered is not asked again in the same sign-in, and is at the next', async () => {
  const desk = createDesk();
  await lapse(desk);
  expect(await desk.access.ensure(AGENT, [SERVER])).toBe(false);
  await createDesk().access.signedIn(AGENT);
  const next = createDesk();
  void next.access.ensure(AGENT, [SERVER]);
  await asked(next);
});

test('a sign-in that nobody came back from is over after a minute', async () => {
  const desk = createDesk();
  await lapse(desk);
  vi.setSystemTime(Date.now() + 60_000);
  void desk.access.ensure(AGENT, [SERVER]);
  await asked(desk);
});

describe('what was refused', () => {
  test('is known with its reason and all servers that its question named', async () => {
    const desk = createDesk();
    expect(await desk.access.refusal(AGENT, [SERVER])).toBeUndefined();
    await decline(desk, AGENT, [SERVER, RESOURCE]);
    const next = createDesk();
    expect(await next.access.refusal(AGENT, [RESOURCE])).toEqual({
      reason: 'declined',
      origins: [SERVER, RESOURCE],
    });
    expect(await next.access.refusal(OTHER, [RESOURCE])).toBeUndefined();
    await lapse(next, OTHER, [RESOURCE]);
    expect(await next.access.refusal(OTHER, [RESOURCE])).toEqual({
      reason: 'unanswered',
      origins: [RESOURCE],
    });
  });

  test.each([
    ['a grant of any of it in Chrome', () => grant(RESOURCE)],
    ['the person’s yes to the agent in a view', (desk: Desk) => desk.forgive(AGENT)],
  ])('may be asked again after %s', async (_, mend) => {
    const desk = createDesk();
    await decline(desk, AGENT, [SERVER, RESOURCE]);
    await decline(desk, OTHER, [SERVER]);
    await mend(desk);
    void desk.access.ensure(AGENT, [SERVER]);
    await asked(desk);
    expect(await desk.access.refusal(OTHER, [SERVER])).toBeDefined();
  });
});

test('a fifth question of one agent is declined at once, and may be put later; another agent is asked about', async () => {
  const desk = createDesk();
  const servers = Array.from({ length: 10 }, (_, number) => `https://server-${number}.example`);
  const answers = servers.map((server) => desk.access.ensure(AGENT, [anOrigin(server)]));
  expect(await Promise.all(answers.slice(4))).toEqual(Array(6).fill(false));
  expect(desk.asks()).toHaveLength(4);
  expect(crowded).toEqual([`${AGENT} https://server-4.example`]);
  void desk.access.ensure(OTHER, [SERVER]);
  await vi.waitFor(() => expect(desk.asks()).toHaveLength(5));

  desk.decline(desk.asks()[0]?.id ?? '');
  void desk.access.ensure(AGENT, [anOrigin('https://server-9.example')]);
  await vi.waitFor(() => expect(desk.asks().at(-1)?.origins).toEqual(['https://server-9.example']));
});

test('an agent that is declined again and again is asked about no more: it pushes no answer out', async () => {
  const desk = createDesk();
  await decline(desk, OTHER, [SERVER]);
  for (let number = 0; number < 32; number += 1)
    await decline(desk, AGENT, [anOrigin(`https://server-${number}.example`)]);
  expect(await desk.access.ensure(AGENT, [anOrigin('https://server-32.example')])).toBe(false);
  expect(await desk.access.refusal(AGENT, [anOrigin('https://server-0.example')])).toBeDefined();
  expect(await desk.access.refusal(OTHER, [SERVER])).toBeDefined();
  expect(crowded).toEqual([`${AGENT} https://server-32.example`]);
});

test('what nobody answered fills no memory, and pushes no answer out', async () => {
  const desk = createDesk();
  await decline(desk);
  for (let number = 0; number < 40; number += 1)
    await lapse(desk, AGENT, [anOrigin(`https://server-${number}.example`)]);
  expect(JSON.stringify(session.kept).match(/https:\/\/server-/g)).toHaveLength(31);
  expect(await desk.access.refusal(AGENT, [SERVER])).toMatchObject({ reason: 'declined' });
  expect(await desk.access.refusal(AGENT, [anOrigin('https://server-39.example')])).toMatchObject({
    reason: 'unanswered',
  });
});

test.each([
  ['that nobody answers', (desk: Desk) => vi.advanceTimersByTimeAsync(45_000).then(() => void desk)],
  ['whose page goes away', (desk: Desk) => desk.leave(AGENT)],
])('an agent with questions %s is left to its badge for longer and longer, until a yes', async (_, end) => {
  const desk = createDesk();
  for (let number = 0; number < 100; number += 1) {
    const answer = desk.access.ensure(AGENT, [anOrigin(`https://server-${number}.example`)]);
    await asked(desk);
    await end(desk);
    await answer;
  }
  expect(shown.length).toBeGreaterThan(2);
  expect(shown.length).toBeLessThan(12);

  await desk.forgive(AGENT);
  const before = shown.length;
  void desk.access.ensure(AGENT, [SERVER]);
  await vi.waitFor(() => expect(shown).toHaveLength(before + 1));
});
