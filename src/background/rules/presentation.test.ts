import { beforeEach, expect, test, vi } from 'vitest';
import type { Origin } from '../../sessions/session.ts';
import { createPresentationRules } from './presentation.ts';

const fake = vi.hoisted(() => ({
  declarativeNetRequest: {},
  permissions: { onRemoved: { addListener: () => undefined } },
}));
vi.mock('webextension-polyfill', () => ({ default: fake }));

const AGENT = 'https://agent.example' as Origin;
const MCP = 'https://mcp.example/mcp';

interface Change {
  readonly removeRuleIds: readonly number[];
  readonly addRules: readonly {
    readonly id: number;
    readonly action: { readonly requestHeaders?: { value: string }[] };
  }[];
}

/** The tokens that stand, by rule; and what happens before Chrome makes the next change. */
const standing = new Map<number, string | undefined>();
let meanwhile: (() => Promise<void>) | undefined;
beforeEach(() => {
  standing.clear();
  meanwhile = undefined;
  Object.assign(fake.declarativeNetRequest, {
    getSessionRules: async () => [],
    updateSessionRules: async ({ removeRuleIds, addRules }: Change) => {
      const first = meanwhile;
      meanwhile = undefined;
      await first?.();
      for (const id of removeRuleIds) standing.delete(id);
      for (const { id, action } of addRules) standing.set(id, action.requestHeaders?.[0]?.value);
    },
  });
});

const dpop = (accessToken: string) => ({ scheme: 'DPoP', accessToken }) as const;
const tokens = () => [...standing.values()].filter((value) => value !== undefined);

test('a token that was replaced is presented nowhere, and its successor in its place', async () => {
  const recalled: number[] = [];
  const rules = createPresentationRules(
    () => 0,
    (tab) => void recalled.push(tab),
  );
  await rules.present(1, AGENT, MCP, dpop('old'));
  await rules.present(2, AGENT, MCP, dpop('other'));
  await rules.renew('old', 'new');
  expect(tokens().sort()).toEqual(['DPoP new', 'DPoP other']);
  expect(recalled).toEqual([1]);
  await rules.stepAside(1);
  expect(tokens()).toEqual(['DPoP other']);
});

test('where all is withdrawn while a token is being replaced, its successor is presented nowhere', async () => {
  const rules = createPresentationRules(
    () => 0,
    () => undefined,
  );
  await rules.present(1, AGENT, MCP, dpop('old'));
  meanwhile = rules.withdrawAll;
  await rules.renew('old', 'new');
  expect(tokens()).toEqual([]);
});
