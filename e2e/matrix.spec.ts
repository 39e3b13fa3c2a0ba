import type { AuthorizationServer } from '../src/demo/authorization-server.ts';
import type { Binding } from '../src/demo/binding.ts';
import type { Intercept } from '../src/demo/loopback.ts';
import type { ResourceServerEntry } from '../src/demo/resource/log.ts';
import type { AgentOptions } from './support/agent-page/options.ts';
import { call, expect, openAgent, openPopup, sessionsIn, signIn, test, type World } from './support/world.ts';

/** What the authorization server and the MCP server know of DPoP. */
const SERVERS = {
  demanded: { auth: 'required', mcp: 'required' },
  offered: { auth: 'offered', mcp: 'offered' },
  mixed: { auth: 'offered', mcp: 'none' },
  none: { auth: 'none', mcp: 'none' },
} as const satisfies Record<string, { readonly auth: Binding; readonly mcp: Binding }>;
type Kind = keyof typeof SERVERS;
const KINDS = Object.keys(SERVERS) as Kind[];

const STATE = { demanded: 'Bound', offered: 'Bound', mixed: 'Held, refresh bound', none: 'Held' } as const;
const UNCHECKED = 'A copy from elsewhere would work until it expires.';

interface Served {
  readonly kind: Kind;
  readonly auth: AuthorizationServer;
  readonly mcp: {
    readonly resource: string;
    readonly origin: string;
    readonly port: number;
    readonly log: readonly ResourceServerEntry[];
    close(): Promise<void>;
  };
}

/** An agent signs in at each of its servers, and calls; what the person is told is what they are. */
async function expectToWork(
  world: World,
  how: Pick<AgentOptions, 'sdk' | 'legacy'>,
  served: readonly Served[],
): Promise<void> {
  const agent = await world.agent();
  const browser = await world.protect(
    agent,
    served.flatMap(({ auth, mcp }) => [auth, mcp]),
  );
  const page = await openAgent(browser, agent);
  const accountOf = ({ mcp }: Served): string => mcp.resource;
  await Promise.all(
    served.map(async (one) => {
      const account = accountOf(one);
      await signIn(page, { ...how, resource: one.mcp.resource, account });
      await call(page, 'list_notes', {}, account);
    }),
  );
  const popup = await openPopup(browser, agent.origin);
  for (const one of served) {
    await test.step(`${one.kind}: ${one.mcp.resource}`, async () => {
      await expectRightSchemes(one, () => call(page, 'list_notes', {}, accountOf(one)));
      const { access_token } = await page.evaluate(([sdk, account]) => window.agent.tokens(sdk, account), [
        how.sdk,
        accountOf(one),
      ] as const);
      expect(access_token).toMatch(/^hf_/);
      const card = sessionsIn(popup)
        .getByRole('article')
        .filter({ hasText: new URL(one.mcp.resource).host });
      await expect(card.getByText(STATE[one.kind], { exact: true })).toBeVisible();
      await expect(card.getByText(UNCHECKED)).toHaveCount(one.kind === 'mixed' ? 1 : 0);
    });
  }
}

/** Once it is known how the server takes tokens, nothing is refused any more. */
async function expectRightSchemes({ kind, mcp }: Served, callAgain: () => Promise<unknown>): Promise<void> {
  const presented = mcp.log.filter((entry) => entry.scheme !== undefined);
  const scheme = kind === 'demanded' || kind === 'offered' ? 'DPoP' : 'Bearer';
  const taken = presented.filter(({ status }) => status >= 200 && status < 300);
  expect(new Set(taken.map((entry) => entry.scheme))).toEqual(new Set([scheme]));
  const refused = presented.filter(({ status }) => [401, 403].includes(status));
  const said = refused.map((entry) => `${entry.status} ${entry.scheme} ${entry.error}`);
  // Those that leave before the first answer has come know no nonce: two of the client's, and one made ahead.
  expect(refused.length, said.join()).toBeLessThanOrEqual(kind === 'none' ? 0 : 3);
  const before = mcp.log.length;
  await callAgain();
  const later = mcp.log.slice(before).filter((entry) => entry.method === 'POST');
  expect(later.length).toBeGreaterThan(0);
  expect(later.map((entry) => entry.status < 300)).toEqual(later.map(() => true));
  expect(mcp.log.some(({ tokenOnOptions }) => tokenOnOptions)).toBe(false);
}

/** Servers of each kind, on hosts of their own: a cookie is for all ports of its host. */
const serversOf = (world: World, kind: Kind) =>
  world.servers({
    binding: SERVERS[kind].auth,
    auth: { name: `auth-${kind}` },
    mcp: { name: `mcp-${kind}`, binding: SERVERS[kind].mcp },
  });

for (const sdk of ['v1', 'v2', 'ai'] as const) {
  test(`SDK ${sdk} works where DPoP is: ${KINDS.join(', ')}`, async ({ world }) => {
    const served = KINDS.map(async (kind) => ({ kind, ...(await serversOf(world, kind)) }));
    await expectToWork(world, { sdk }, await Promise.all(served));
  });

  test(`SDK ${sdk} works with servers of 2025-03-26, one with metadata and one without`, async ({ world }) => {
    const served = [true, false].map(async (hasMetadata) => ({
      kind: 'none' as const,
      ...(await world.oldServer(hasMetadata)),
    }));
    await expectToWork(world, { sdk }, await Promise.all(served));
  });
}

for (const sdk of ['v1', 'ai'] as const) {
  test(`SDK ${sdk} works over HTTP+SSE where DPoP is: ${KINDS.join(', ')}`, async ({ world }) => {
    const served = KINDS.map(async (kind) => {
      const { auth } = await serversOf(world, kind);
      return { kind, auth, mcp: await world.legacyResource(auth, SERVERS[kind].mcp) };
    });
    await expectToWork(world, { sdk, legacy: true }, await Promise.all(served));
  });
}

test('SDK v2 works where the MCP server knows no DPoP, and refuses the preflight of a request that carries a proof', async ({
  world,
}) => {
  const intercept: Intercept = (request, response) => {
    const asked = request.headers['access-control-request-headers'] ?? '';
    if (request.method !== 'OPTIONS' || !asked.includes('dpop')) return false;
    response.writeHead(403).end('Invalid CORS request');
    return true;
  };
  const { auth, mcp } = await world.servers({ binding: 'offered', mcp: { binding: 'none', intercept } });
  const agent = await world.agent();
  const page = await openAgent(await world.protect(agent, [auth, mcp]), agent);
  await signIn(page, { sdk: 'v2', resource: mcp.resource });
  await call(page);
  expect(mcp.log.some(({ proofs }) => proofs > 0)).toBe(false);
});

test('a page cannot talk an MCP server that takes DPoP down to bearer tokens', async ({ world }) => {
  const { auth, mcp } = await world.servers({ binding: 'offered', mcp: { nonces: false } });
  const agent = await world.agent();
  const page = await openAgent(await world.protect(agent, [auth, mcp]), agent);
  await signIn(page, { sdk: 'v2', resource: mcp.resource });
  const { access_token: handle } = await page.evaluate(() => window.agent.tokens('v2'));
  await page.evaluate(
    async ([url, token]) => {
      // Refused for its body, its protocol and its method; made where nothing answers; broken off.
      const headers = { authorization: `Bearer ${token}`, accept: 'application/json, text/event-stream' };
      const odd: RequestInit[] = [
        { method: 'POST', body: 'no JSON' },
        { method: 'POST', body: '{}', headers: { 'mcp-protocol-version': '1900-01-01' } },
        { method: 'DELETE', headers: { 'mcp-session-id': 'nobody' } },
        { method: 'POST', body: '{}', headers: { dpop: 'of.my.own' } },
        { method: 'POST', body: '{}', headers: { 'x-not-admitted': '1' } },
        { method: 'POST', body: '{}', signal: AbortSignal.timeout(1) },
      ];
      for (const init of odd) {
        await fetch(url, { ...init, headers: { ...headers, ...init.headers } }).catch(() => undefined);
      }
    },
    [mcp.resource, handle] as const,
  );
  await call(page);
  const bearers = mcp.log.filter(({ scheme }) => scheme === 'Bearer');
  expect(bearers).toEqual([]);
  const last = mcp.log.filter(({ scheme }) => scheme !== undefined).at(-1);
  expect(last).toMatchObject({ scheme: 'DPoP', athOk: true });
});
