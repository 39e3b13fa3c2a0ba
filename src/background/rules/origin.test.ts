import { beforeEach, expect, test, vi } from 'vitest';
import { anOrigin } from '../../model/brands.fixture.ts';
import { LEAVING_MS } from '../../model/lifetimes.ts';
import type { Origin } from '../../model/origin.ts';
import { createOriginRules } from './origin.ts';

const fake = vi.hoisted(() => ({
  declarativeNetRequest: {},
  runtime: { id: 'holdfast', getURL: () => 'chrome-extension://holdfast/' },
  webRequest: {
    onSendHeaders: {
      addListener: (listener: (details: { initiator: string }) => void) => void listeners.add(listener),
      removeListener: (listener: (details: { initiator: string }) => void) => void listeners.delete(listener),
    },
  },
}));
/** Who is told that a request has left. */
const listeners = vi.hoisted(() => new Set<(details: { initiator: string }) => void>());
vi.mock('webextension-polyfill', () => ({ default: fake }));

const A = anOrigin('https://a.example');
const B = anOrigin('https://b.example');
const C = anOrigin('https://c.example');
const URL = 'https://as.example/token';

interface Change {
  readonly removeRuleIds: readonly number[];
  readonly addRules: readonly {
    readonly id: number;
    readonly action: { readonly requestHeaders: { value: string }[] };
  }[];
}

/** The rules that stand, and whether Chrome takes the next change. */
const standing = new Map<number, string>();
const refuses: boolean[] = [];
beforeEach(() => {
  standing.clear();
  refuses.length = 0;
  Object.assign(fake.declarativeNetRequest, {
    getSessionRules: async () => [],
    updateSessionRules: async ({ removeRuleIds, addRules }: Change) => {
      if (refuses.shift()) throw new Error('no');
      for (const id of removeRuleIds) standing.delete(id);
      for (const { id, action } of addRules) standing.set(id, action.requestHeaders[0]?.value ?? '');
    },
  });
});

const START = false;

test('a rule that cannot be made fails its request, and holds no other agent up', async () => {
  refuses.push(START, true);
  const { withOrigin } = createOriginRules();
  const first = withOrigin(URL, A, async () => 'sent');
  const second = withOrigin(URL, B, async () => [...standing.values()]);
  await expect(first).rejects.toThrow('no');
  expect(await second).toEqual([B]);
});

test('a rule that cannot be taken away holds no other agent up, and speaks for none of its requests', async () => {
  refuses.push(START, false, true);
  const { withOrigin } = createOriginRules();
  const first = withOrigin(URL, A, async () => 'sent');
  const second = withOrigin(URL, B, async () => [...standing.values()]);
  await expect(first).resolves.toBe('sent');
  expect(await second).toEqual([B]);
  expect(standing.size).toBe(0);
});

test('the request’s own failure is the one that is told', async () => {
  refuses.push(START, false, true);
  const { withOrigin } = createOriginRules();
  await expect(withOrigin(URL, A, () => Promise.reject(new Error('unreachable')))).rejects.toThrow('unreachable');
});

test('a request to the same URL waits until the one before it has left, and not for its answer', async () => {
  const { withOrigin } = createOriginRules();
  const sent: string[] = [];
  const request = (agent: Origin) =>
    withOrigin(URL, agent, async () => {
      sent.push(`${agent} as ${[...standing.values()]}`);
      return new Promise<never>(() => undefined);
    });
  void request(A);
  void request(B);
  await vi.waitFor(() => expect(sent).toEqual([`${A} as ${A}`]));
  for (const tell of listeners) tell({ initiator: 'https://page.example' });
  await Promise.resolve();
  expect(sent).toHaveLength(1);
  for (const tell of listeners) tell({ initiator: 'chrome-extension://holdfast' });
  await vi.waitFor(() => expect(sent).toEqual([`${A} as ${A}`, `${B} as ${B}`]));
});

test('one agent has two answers of a server to wait for at most, and another its own', async () => {
  const { withOrigin } = createOriginRules();
  const sent: Origin[] = [];
  const request = (agent: Origin, url: string) =>
    withOrigin(url, agent, async () => {
      sent.push(agent);
      return new Promise<never>(() => undefined);
    });
  for (const path of ['1', '2', '3', '4']) void request(A, URL + path);
  await vi.waitFor(() => expect(sent).toEqual([A, A]));
  void request(B, URL);
  await vi.waitFor(() => expect(sent).toEqual([A, A, B]));
});

test('an agent with many requests is one of those that wait: each other agent’s next comes before its second', async () => {
  const { withOrigin } = createOriginRules();
  const order: Origin[] = [];
  const request = (agent: Origin) => withOrigin(URL, agent, async () => void order.push(agent));
  await Promise.all([...Array.from({ length: 20 }, () => request(A)), request(B), request(C), request(B)]);
  expect(order.slice(0, 7)).toEqual([A, A, B, C, A, B, A]);
});

test('a request that does not leave holds the next up for a limited time only', async () => {
  vi.useFakeTimers();
  const { withOrigin } = createOriginRules();
  void withOrigin(URL, A, () => new Promise(() => undefined));
  const second = withOrigin(URL, B, async () => [...standing.values()]);
  await vi.advanceTimersByTimeAsync(LEAVING_MS);
  expect(await second).toEqual([B]);
  vi.useRealTimers();
});
