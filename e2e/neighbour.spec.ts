import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { EXTENSION } from '../src/demo/chromium.ts';
import { loopbackFetch } from '../src/demo/loopback-fetch.ts';
import type { Attempt } from '../src/demo/theft/attempt.ts';
import { breakIn } from '../src/demo/theft/break-in.ts';
import { searchLoot } from '../src/demo/theft/loot.ts';
import { inExtensionsPage } from './support/developer-private.ts';
import { readStore } from './support/storage.ts';
import { type Browser, call, expect, openAgent, signIn, test } from './support/world.ts';

/** Another extension: it may reach every site, reads what pages keep, and watches every request. */
const NEIGHBOUR = fileURLToPath(new URL('./support/neighbour', import.meta.url));

interface Seen {
  readonly url: string;
  readonly requestHeaders?: readonly { readonly name: string; readonly value?: string }[];
}

/** The neighbour's own page, which does all of its work. */
async function openNeighbour({ context }: Browser): Promise<Page> {
  const found = async (wanted: string) =>
    (await chrome.developerPrivate.getExtensionsInfo()).find(({ name }) => name === wanted)?.id;
  const id = await inExtensionsPage(context, found, 'Neighbour');
  const page = await context.newPage();
  await page.goto(`chrome-extension://${id}/watch.html`);
  return page;
}

test('another extension reads handles in the page and sees the bound token on the wire, and can use neither', async ({
  world,
}) => {
  const { auth, mcp } = await world.servers();
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp], await world.browser({ extensions: [EXTENSION, NEIGHBOUR] }));
  const neighbour = await openNeighbour(browser);
  const page = await openAgent(browser, agent);
  await signIn(page, { sdk: 'v2', resource: mcp.resource });
  await call(page);

  const kept = await neighbour.evaluate(
    (site) => (window as unknown as { read(site: string): Promise<string> }).read(site),
    `${new URL(agent.origin).protocol}//${new URL(agent.origin).hostname}/*`,
  );
  const wire = await neighbour.evaluate(() => (window as unknown as { wire: Seen[] }).wire);
  const [access = '', refresh = ''] = [auth.issued.accessTokens[0], auth.issued.refreshTokens[0]];
  expect(kept).toMatch(/hf_[\w-]{43}/);
  expect(kept).toMatch(/hfr_[\w-]{43}/);
  for (const secret of [access, refresh]) expect(kept.includes(secret)).toBe(false);
  // Chrome shows it what leaves the page for the server, and nothing of what Holdfast itself sends.
  const watched = JSON.stringify(wire);
  expect(watched.includes(access)).toBe(true);
  expect(watched.includes(refresh)).toBe(false);

  const { accessTokens, refreshTokens, clientIds } = searchLoot(kept);
  const finds = {
    accessTokens: [...accessTokens, access],
    refreshTokens,
    clientIds,
    resources: [mcp.resource],
    tokenEndpoints: [`${auth.origin}/token`],
  };
  const attempts: Attempt[] = [];
  const loot = { id: 1, time: 0, from: agent.origin, text: kept, finds };
  for await (const attempt of breakIn(loot)) attempts.push(attempt);
  expect(attempts.length).toBeGreaterThanOrEqual(6);
  expect(attempts.filter(({ verdict }) => verdict !== 'refused')).toEqual([]);

  // Nor is a request that it saw taken a second time, proof and all.
  const request = wire.findLast(({ url, requestHeaders }) => url === mcp.resource && headerOf(requestHeaders, 'dpop'));
  const headers = {
    authorization: headerOf(request?.requestHeaders, 'authorization') ?? '',
    dpop: headerOf(request?.requestHeaders, 'dpop') ?? '',
  };
  expect(headers.authorization).toBe(`DPoP ${access}`);
  expect((await loopbackFetch(mcp.resource, { method: 'POST', headers, body: '{}' })).status).toBe(401);
  await call(page);
  expect(mcp.log.at(-1)).toMatchObject({ status: 200, scheme: 'DPoP' });

  // One that puts a credential of its own in the token's place is noticed.
  const overruled = async () => (await readStore(browser, 'activity')).filter(({ kind }) => kind === 'overruled');
  expect(await overruled()).toEqual([]);
  await neighbour.evaluate(
    ([url, value]) =>
      (window as unknown as { overrule(url: string, value: string): Promise<void> }).overrule(url, value),
    [mcp.resource, 'Bearer of-the-neighbour'] as const,
  );
  await call(page).catch(() => undefined);
  await expect.poll(overruled).toMatchObject([{ agent: agent.origin, server: mcp.origin }]);
});

function headerOf(headers: Seen['requestHeaders'], name: string): string | undefined {
  return headers?.find((header) => header.name.toLowerCase() === name)?.value;
}
