import { beforeEach, expect, test, vi } from 'vitest';
import { anOrigin } from '../../model/brands.fixture.ts';
import { createOriginRules } from './origin.ts';

const fake = vi.hoisted(() => ({ declarativeNetRequest: {}, runtime: { id: 'holdfast' } }));
vi.mock('webextension-polyfill', () => ({ default: fake }));

const A = anOrigin('https://a.example');
const B = anOrigin('https://b.example');
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
