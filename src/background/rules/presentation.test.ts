import { beforeEach, expect, test, vi } from 'vitest';
import { aDestination, anAccessToken, anOrigin } from '../../model/brands.fixture.ts';
import { MOST_SLOTS } from '../../model/quotas.ts';
import { createPresentationRules } from './presentation.ts';

const fake = vi.hoisted(() => ({
  declarativeNetRequest: {},
  permissions: { onRemoved: { addListener: () => undefined } },
}));
vi.mock('webextension-polyfill', () => ({ default: fake }));

const AGENT = anOrigin('https://agent.example');
const OTHER = anOrigin('https://other.example');
const MCP = aDestination('https://mcp.example/mcp');

interface Change {
  readonly removeRuleIds: readonly number[];
  readonly addRules: readonly {
    readonly id: number;
    readonly condition: object;
    readonly action: { readonly requestHeaders?: { value: string }[] };
  }[];
}

/** The tokens that stand, by rule; and what happens before Chrome makes the next change. */
const standing = new Map<number, string | undefined>();
/** The conditions of the rules that were made last. */
let conditions: object[] = [];
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
      conditions = addRules.map(({ condition }) => condition);
      for (const { id, action } of addRules) standing.set(id, action.requestHeaders?.[0]?.value);
    },
  });
});

const failed = (error: unknown): never => {
  throw error;
};
const dpop = (token: string) => ({ scheme: 'DPoP', accessToken: anAccessToken(token) }) as const;
type Rules = ReturnType<typeof createPresentationRules>;
const tokens = () => [...standing.values()].filter((value) => value !== undefined);

test('a token that was replaced is presented nowhere, and its successor in its place', async () => {
  const recalled: number[] = [];
  const rules = createPresentationRules(
    () => 0,
    (tab) => void recalled.push(tab),
    failed,
  );
  await rules.present(1, AGENT, MCP, dpop('old'));
  await rules.present(2, AGENT, MCP, dpop('other'));
  await rules.renew(anAccessToken('old'), anAccessToken('new'));
  expect(tokens().sort()).toEqual(['DPoP new', 'DPoP other']);
  expect(recalled).toEqual([1]);
  await rules.stepAside(1);
  expect(tokens()).toEqual(['DPoP other']);
});

test('of too many URLs of one tab, and of one agent, the token stands at the latest only; others keep theirs', async () => {
  let time = 0;
  const rules = createPresentationRules(
    () => time,
    () => undefined,
    failed,
  );
  await rules.present(9, OTHER, MCP, dpop('theirs'));
  const urls = Array.from({ length: 100 }, (_, index) => `${MCP}/${index}`);
  await Promise.all(urls.map((url) => rules.present(1, AGENT, aDestination(url), dpop(url))));
  expect(tokens()).toHaveLength(MOST_SLOTS.tab + 1);
  for (const tab of [2, 3, 4, 5, 6]) {
    time += 1;
    for (const url of urls) await rules.present(tab, AGENT, aDestination(url), dpop(`${tab} ${url}`));
  }
  expect(tokens()).toHaveLength(MOST_SLOTS.agent + 1);
  expect(tokens()).toContain('DPoP theirs');
  expect(tokens()).toContain(`DPoP 6 ${urls.at(-1)}`);
  await rules.withdrawAll();
});

test('a token that is presented as a bearer token changes nothing of its request’s CORS', async () => {
  const rules = createPresentationRules(
    () => 0,
    () => undefined,
    failed,
  );
  await rules.present(1, AGENT, MCP, { scheme: 'Bearer', accessToken: anAccessToken('plain') });
  expect([...standing.values()]).toEqual(['Bearer plain']);
  expect(conditions).toEqual([expect.objectContaining({ tabIds: [1], excludedRequestMethods: ['options'] })]);
  await rules.present(1, AGENT, MCP, dpop('plain'));
  expect(tokens()).toEqual(['DPoP plain']);
  await rules.withdrawAll();
});

test('where all is withdrawn while a token is being replaced, its successor is presented nowhere', async () => {
  const rules = createPresentationRules(
    () => 0,
    () => undefined,
    failed,
  );
  await rules.present(1, AGENT, MCP, dpop('old'));
  meanwhile = rules.withdrawAll;
  await rules.renew(anAccessToken('old'), anAccessToken('new'));
  expect(tokens()).toEqual([]);
});

test.each([
  ['of its token', (rules: Rules) => rules.withdraw(anAccessToken('one'))],
  ['of all', (rules: Rules) => rules.withdrawAll()],
  ['from its tab', (rules: Rules) => rules.stepAside(1)],
])('a rule that is being made does not outlive a withdrawal %s', async (_, withdraw) => {
  const rules = createPresentationRules(
    () => 0,
    () => undefined,
    failed,
  );
  await rules.present(2, AGENT, MCP, dpop('before'));
  meanwhile = async () => void (await withdraw(rules));
  await rules.present(1, AGENT, MCP, dpop('one'));
  expect(tokens()).not.toContain('DPoP one');
  await rules.present(1, AGENT, MCP, dpop('one'));
  expect(tokens()).toContain('DPoP one');
  await rules.withdrawAll();
});
