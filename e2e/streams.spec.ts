import type { Page } from '@playwright/test';
import { streams } from './support/streams.ts';
import {
  call,
  clearLog,
  connect,
  expect,
  expectBoundOnly,
  openAgent,
  openPopup,
  sessionsIn,
  shareScene,
  signedIn,
  signIn,
  stopWorker,
  test,
} from './support/world.ts';

const heard = (page: Page) => page.evaluate(() => window.agent.heard());

test.describe('an agent that is connected', () => {
  const scene = shareScene((world) => signedIn(world, {}, { sdk: 'v1' }));

  test('a stream of the SDK’s carries every event on one connection while the worker dies', async () => {
    const { mcp, browser, page } = scene();
    await expect.poll(() => streams(mcp).length).toBe(1);
    await mcp.notify('at once');
    await expect.poll(() => heard(page)).toEqual(['at once']);
    for (const event of ['without a worker', 'without the next one']) {
      await stopWorker(browser);
      await mcp.notify(event);
      await expect.poll(() => heard(page).then((events) => events.at(-1))).toBe(event);
      await call(page); // wakes the next worker
    }
    expect(await heard(page)).toEqual(['at once', 'without a worker', 'without the next one']);
    expect(streams(mcp)).toHaveLength(1);
    expectBoundOnly(mcp);
  });

  test('an MCP session that its server has ended reads so, and the next is begun with no new sign-in', async () => {
    const { auth, mcp, browser, agent, page } = scene();
    const tokens = auth.issued.accessTokens.length;
    clearLog(mcp);
    await mcp.endSessions();
    await expect(call(page)).rejects.toThrow(/This session does not exist/);
    expect(mcp.log.filter(({ tool }) => tool)).toMatchObject([{ status: 404, proofs: 1, athOk: true }]);
    await connect(page, { sdk: 'v1', resource: mcp.resource });
    await call(page);
    expect(mcp.log.filter(({ rpcMethod, status }) => rpcMethod === 'initialize' && status === 200)).toHaveLength(1);
    expect(auth.issued.accessTokens).toHaveLength(tokens);
    const card = sessionsIn(await openPopup(browser, agent.origin)).getByRole('article');
    await expect(card.getByRole('strong')).toHaveText('Bound');
    expectBoundOnly(mcp);
  });

  test('a client that leaves ends its MCP session by DELETE, with a proof for it', async () => {
    const { mcp, page } = scene();
    await page.evaluate(() => window.agent.terminate());
    const deletes = mcp.log.filter(({ method }) => method === 'DELETE');
    expect(deletes).toMatchObject([{ status: 200, scheme: 'DPoP', proofs: 1, athOk: true }]);
    expect(deletes[0]?.proof?.claims).toMatchObject({ htm: 'DELETE', htu: mcp.resource });
    // The session is gone: its client says no more in its name, and is not refused for its token.
    await connect(page, { sdk: 'v1', resource: mcp.resource });
    await call(page);
    expectBoundOnly(mcp);
  });
});

test('a stream that is cut is resumed with Last-Event-ID and a proof, and what was missed comes once', {
  tag: '@waits',
}, async ({ world }) => {
  const lastEventIds: (string | undefined)[] = [];
  let cut: () => Promise<unknown> = async () => undefined;
  const { mcp, browser, page } = await signedIn(
    world,
    {
      mcp: {
        resumable: true,
        intercept: ({ method, url, headers }, response) => {
          if (method !== 'GET' || url !== '/mcp') return false;
          lastEventIds.push(headers['last-event-id']?.toString());
          cut = () => new Promise((resolve) => response.once('close', resolve).destroy());
          return false;
        },
      },
    },
    { sdk: 'v1' },
  );
  await expect.poll(() => streams(mcp).length).toBe(1);
  await mcp.notify('before');
  await expect.poll(() => heard(page)).toEqual(['before']);
  await stopWorker(browser);
  await cut();
  await mcp.notify('missed');
  await mcp.notify('missed, too');
  await expect.poll(() => heard(page), { timeout: 15_000 }).toEqual(['before', 'missed', 'missed, too']);
  await mcp.notify('afterwards');
  await expect.poll(() => heard(page)).toEqual(['before', 'missed', 'missed, too', 'afterwards']);
  const [first, ...resumed] = lastEventIds;
  expect(first).toBeUndefined();
  expect(resumed.length).toBeGreaterThan(0);
  expect(new Set(resumed)).toEqual(new Set([expect.stringMatching(/^\d+$/)]));
  expect(streams(mcp).at(-1)).toMatchObject({ scheme: 'DPoP', proofs: 1, athOk: true });
  await call(page);
  expectBoundOnly(mcp);
});

test('a request of the 2026-07-28 protocol has the headers that it has without Holdfast, and the proof', async ({
  world,
}) => {
  /** Of each `tools/call`: what came, but for what names the page that it came from. */
  const seen: [string, unknown][][] = [];
  const { auth, mcp } = await world.servers({
    binding: 'offered',
    mcp: {
      intercept: ({ method, headers, rawHeaders }) => {
        if (method !== 'POST' || headers['mcp-method'] !== 'tools/call') return false;
        const page = new Set(['origin', 'referer']);
        const fields = rawHeaders.flatMap((name, index): [string, string][] =>
          index % 2 ? [] : [[name.toLowerCase(), rawHeaders[index + 1] ?? '']],
        );
        seen.push(fields.filter(([name]) => !page.has(name)).sort(([a], [b]) => (a < b ? -1 : 1)));
        return false;
      },
    },
  });
  for (const protects of [false, true]) {
    const agent = await world.agent(protects ? 'one' : 'two'); // as long, in letters
    if (protects) await world.protect(agent, [auth, mcp]);
    const page = await openAgent(world.shared, agent);
    await signIn(page, { sdk: 'v2', resource: mcp.resource });
    await call(page);
  }
  expect(seen).toHaveLength(2);
  const [without = [], withHoldfast = []] = seen;
  expect(without).toContainEqual(['authorization', expect.stringMatching(/^Bearer /)]);
  expect(without).toContainEqual(['mcp-protocol-version', '2026-07-28']);
  const expected = without.filter(([name]) => name !== 'authorization');
  expected.push(['authorization', expect.stringMatching(/^DPoP /)], ['dpop', expect.stringMatching(/^ey/)]);
  expect(withHoldfast).toEqual(expected.sort(([a], [b]) => (a < b ? -1 : 1)));
});
