import { beforeEach, expect, test, vi } from 'vitest';
import { aDestination, anAccessToken, anOrigin, aSessionId } from '../../model/brands.fixture.ts';
import { LATE_MS, LEFT_MS, PRESENTATION_MS } from '../../model/lifetimes.ts';
import { MOST_SLOTS } from '../../model/quotas.ts';
import { slotOf } from '../../sessions/slots/presentation-slot.ts';
import { createPresentationRules } from './presentation.ts';

const fake = vi.hoisted(() => ({
  declarativeNetRequest: {},
  permissions: { onRemoved: { addListener: () => undefined } },
}));
vi.mock('webextension-polyfill', () => ({ default: fake }));

const AGENT = anOrigin('https://agent.example');
const OTHER = anOrigin('https://other.test');
const MCP = aDestination('https://mcp.example/mcp');

interface Change {
  readonly removeRuleIds: readonly number[];
  readonly addRules: readonly {
    readonly id: number;
    readonly condition: object;
    readonly action: { readonly requestHeaders?: { value: string }[]; readonly responseHeaders?: object[] };
  }[];
}

/** The tokens that stand, by rule; and what happens before Chrome makes the next change. */
const standing = new Map<number, string | undefined>();
/** The rules that were made last. */
let made: Change['addRules'] = [];
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
      made = addRules;
      for (const { id, action } of addRules) standing.set(id, action.requestHeaders?.[0]?.value);
    },
  });
});

const failed = (error: unknown): never => {
  throw error;
};
const SESSION = aSessionId('one');
const dpop = (token: string, session = SESSION) =>
  ({ header: 'authorization', scheme: 'DPoP', accessToken: anAccessToken(token), session }) as const;
type Rules = ReturnType<typeof createPresentationRules>;
/** The tokens that stand, once each: a token has a rule without a query and one with any. */
const tokens = () => [...new Set([...standing.values()].filter((value) => value !== undefined))];

test('a token that was replaced is presented nowhere, and its successor in its place', async () => {
  const recalled: number[] = [];
  const rules = createPresentationRules(
    () => 0,
    (tab) => void recalled.push(tab),
    failed,
  );
  await rules.present(1, AGENT, MCP, dpop('old'));
  await rules.present(2, AGENT, MCP, dpop('other'));
  await rules.renew(SESSION, anAccessToken('old'), anAccessToken('new'));
  expect(tokens().sort()).toEqual(['DPoP new', 'DPoP other']);
  expect(recalled).toEqual([1]);
  await rules.leave(1);
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
  await rules.present(1, AGENT, MCP, {
    header: 'authorization',
    scheme: 'Bearer',
    accessToken: anAccessToken('plain'),
    session: SESSION,
  });
  expect([...standing.values()]).toEqual(['Bearer plain', 'Bearer plain']);
  const narrow = { tabIds: [1], excludedRequestMethods: ['options'], resourceTypes: ['xmlhttprequest'] };
  expect(made.map(({ condition }) => condition)).toEqual([
    expect.objectContaining({ ...narrow, urlFilter: `|${MCP}|` }),
    expect.objectContaining({ ...narrow, urlFilter: `|${MCP}?` }),
  ]);
  await rules.present(1, AGENT, MCP, dpop('plain'));
  expect(tokens()).toEqual(['DPoP plain']);
  await rules.withdrawAll();
});

test('a token with a mark goes with URLs that have just this fragment, and another mark takes its place', async () => {
  const rules = createPresentationRules(
    () => 0,
    () => undefined,
    failed,
  );
  const plain = { header: 'authorization', scheme: 'Bearer', accessToken: anAccessToken('plain'), session: SESSION };
  const slot = slotOf({ tab: 1, agent: AGENT }, MCP);
  for (const mark of ['hf-one', 'hf-other']) {
    await rules.present(1, AGENT, MCP, { ...plain, mark });
    expect(made.map(({ condition }) => condition)).toEqual([
      expect.objectContaining({ isUrlFilterCaseSensitive: true, urlFilter: `|${MCP}#${mark}|` }),
      expect.objectContaining({ isUrlFilterCaseSensitive: true, urlFilter: `|${MCP}?*#${mark}|` }),
    ]);
    expect([...standing.values()]).toEqual(['Bearer plain', 'Bearer plain']);
    expect(rules.stands(slot, { ...plain, mark }, 0)).toBe(true);
  }
  expect(rules.stands(slot, plain, 0)).toBe(false);
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
  await rules.renew(SESSION, anAccessToken('old'), anAccessToken('new'));
  expect(tokens()).toEqual([]);
});

test.each([
  ['of its token', (rules: Rules) => rules.withdraw(anAccessToken('one'))],
  ['of all', (rules: Rules) => rules.withdrawAll()],
  ['from its tab', (rules: Rules) => rules.leave(1)],
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

test('a token stands a moment longer than the last request that it was made for, unless there is a next', async () => {
  vi.useFakeTimers();
  const rules = createPresentationRules(Date.now, () => undefined, failed);
  const slot = slotOf({ tab: 1, agent: AGENT }, MCP);
  await rules.present(1, AGENT, MCP, dpop('one'));
  rules.settle(slot);
  await rules.present(1, AGENT, MCP, dpop('one'));
  await vi.advanceTimersByTimeAsync(LEFT_MS);
  expect(tokens()).toEqual(['DPoP one']);
  rules.settle(slot);
  await vi.advanceTimersByTimeAsync(LEFT_MS);
  expect(tokens()).toEqual([]);
  await rules.present(1, AGENT, MCP, dpop('one'));
  await vi.advanceTimersByTimeAsync(PRESENTATION_MS - 1);
  expect(tokens()).toEqual(['DPoP one']);
  await vi.advanceTimersByTimeAsync(1);
  expect(tokens()).toEqual([]);
  expect(standing.size).toBe(2); // the preflight of a request that comes late is admitted
  await rules.present(1, AGENT, MCP, dpop('two'));
  expect(tokens()).toEqual(['DPoP two']);
  expect(standing.size).toBe(4);
  await vi.advanceTimersByTimeAsync(PRESENTATION_MS + LATE_MS);
  expect(standing.size).toBe(0);
  vi.useRealTimers();
});

test('an agent’s request of its own takes away no token of an unrelated agent in its tab', async () => {
  const rules = createPresentationRules(
    () => 0,
    () => undefined,
    failed,
  );
  await rules.present(1, AGENT, MCP, dpop('theirs'));
  await rules.present(1, OTHER, MCP, dpop('own'));
  await rules.stepAside(slotOf({ tab: 1, agent: OTHER }, MCP));
  expect(tokens()).toEqual(['DPoP theirs']);
  await rules.withdrawAll();
});

test('of an answer, no header field is opened to the page in which its server may repeat the token', async () => {
  const rules = createPresentationRules(
    () => 0,
    () => undefined,
    failed,
  );
  await rules.present(1, AGENT, MCP, dpop('one'));
  const opened = made.flatMap(({ action }) => action.responseHeaders ?? []);
  expect(new Set(opened.map((field) => JSON.stringify(field)))).toEqual(
    new Set([
      '{"header":"access-control-expose-headers","operation":"append","value":"DPoP-Nonce"}',
      '{"header":"access-control-allow-headers","operation":"append","value":"dpop"}',
    ]),
  );
  await rules.withdrawAll();
});

test('a token stands from when Chrome has its rule until it is withdrawn, and its successor from then on', async () => {
  let time = 0;
  const rules = createPresentationRules(
    () => time,
    () => undefined,
    failed,
  );
  const slot = slotOf({ tab: 1, agent: AGENT }, MCP);
  time = 1;
  await rules.present(1, AGENT, MCP, dpop('one'));
  expect([0, 1, 2].map((since) => rules.stands(slot, dpop('one'), since))).toEqual([false, true, true]);
  expect(rules.stands(slot, dpop('other'), 1)).toBe(false);
  expect(rules.stands({ ...slot, tab: 2 }, dpop('one'), 1)).toBe(false);
  time = 2;
  await rules.renew(SESSION, anAccessToken('one'), anAccessToken('two'));
  expect(rules.stands(slot, dpop('one'), 2)).toBe(false);
  expect([1, 2].map((since) => rules.stands(slot, dpop('two'), since))).toEqual([false, true]);
  await rules.withdrawAll();
  expect(rules.stands(slot, dpop('two'), 2)).toBe(false);
});

test('a token that a server gave for two sessions is renewed for the one that it was refreshed for', async () => {
  const rules = createPresentationRules(
    () => 0,
    () => undefined,
    failed,
  );
  await rules.present(1, AGENT, MCP, dpop('same'));
  await rules.present(1, AGENT, aDestination('https://other.example/mcp'), dpop('same', aSessionId('two')));
  await rules.renew(SESSION, anAccessToken('same'), anAccessToken('new'));
  expect(tokens().sort()).toEqual(['DPoP new', 'DPoP same']);
});
