import { readStore } from './support/storage.ts';
import { lookAround, useIn } from './support/workers/in-page.ts';
import { workerScripts } from './support/workers/scripts.ts';
import {
  approved,
  expect,
  expectBoundOnly,
  openAgent,
  openPopup,
  sessionsIn,
  shareScene,
  signIn,
  test,
} from './support/world.ts';

test('an agent in a module worker signs in, is bound, and has handles alone', async ({ world }) => {
  const { auth, mcp } = await world.servers();
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  const page = await openAgent(browser, agent);
  const { resource } = mcp;
  const ask = (what: 'connect' | 'finish' | 'call' | 'tokens', given?: string) =>
    page.evaluate((asked) => window.agent.inWorker(asked), {
      what,
      resource,
      ...(given !== undefined && { with: given }),
    });
  await approved(resource, async () => {
    const back = page.waitForURL(/\/callback/);
    await Promise.all([back, ask('connect').catch(() => undefined)]);
  });
  await page.waitForFunction(() => 'agent' in window);
  await ask('finish', new URL(page.url()).search);
  expect(await ask('connect')).toBe('connected');
  for (let round = 0; round < 3; round += 1)
    expect(JSON.stringify(await ask('call', 'list_notes'))).toContain('content');
  expectBoundOnly(mcp);
  expect(JSON.stringify(await ask('tokens'))).toMatch(/"hf_[\w-]{43}".*"hfr_/);
});

test.describe('a page that is signed in, beside one without Holdfast', () => {
  const scene = shareScene(async (world) => {
    const { auth, mcp } = await world.servers();
    const [agent, other] = [await world.agent('agent', workerScripts), await world.agent('other', workerScripts)];
    const browser = await world.protect(agent, [auth, mcp]);
    const [page, plain] = [await openAgent(browser, agent), await openAgent(browser, other)];
    await signIn(page, { sdk: 'v2', resource: mcp.resource });
    return { mcp, agent, other, browser, page, plain };
  });

  test('workers of every kind use a session, and find all else as without Holdfast', async () => {
    const { mcp, agent, other, page, plain } = scene();
    const [seen, native] = [await page.evaluate(lookAround), await plain.evaluate(lookAround)];
    expect(seen).toEqual(JSON.parse(JSON.stringify(native).replaceAll(other.origin, agent.origin)));

    const kinds = ['classic', 'module', 'nests', 'blob', 'shared'];
    for (const kind of kinds) expect(await page.evaluate(useIn, { url: mcp.resource, kind }), kind).toEqual([200, 200]);
    expectBoundOnly(mcp);
  });

  test('workers that the site closes to Holdfast run as it made them: a handle is worthless there, and that is said', async () => {
    const { mcp, agent, other, browser, page, plain } = scene();
    await Promise.all([page.goto(`${agent.origin}/strict`), plain.goto(`${other.origin}/strict`)]);
    const [seen, native] = [await page.evaluate(lookAround), await plain.evaluate(lookAround)];
    expect(seen).toEqual(JSON.parse(JSON.stringify(native).replaceAll(other.origin, agent.origin)));

    const before = mcp.log.length;
    const reached = async () =>
      (await readStore(browser, 'activity')).filter((line) => line.kind === 'unreached' && line.agent === agent.origin);
    expect(await page.evaluate(useIn, { url: mcp.resource, kind: 'classic' })).toEqual([401, 401]);
    const popup = await openPopup(browser, agent.origin);
    await expect(sessionsIn(popup)).toContainText('closes to it');
    await page.bringToFront();
    expect(await page.evaluate(useIn, { url: mcp.resource, kind: 'own-policy' })).toEqual([401, 401]);
    expect(await page.evaluate(useIn, { url: mcp.resource, kind: 'shared' })).toEqual([401, 401]);
    expect(mcp.log.slice(before).filter(({ scheme }) => scheme === 'DPoP')).toEqual([]);
    await expect(sessionsIn(popup)).toContainText('A service worker or shared worker of this site');
    await expect
      .poll(async () => new Set((await reached()).map(({ code }) => code)))
      .toEqual(new Set(['worker', 'serviceWorker']));
  });
});

test('a shared worker goes on with a held session when the page that carried its requests is closed', async ({
  world,
}) => {
  const { auth, mcp } = await world.servers({ binding: 'none' });
  const agent = await world.agent('agent', workerScripts);
  const browser = await world.protect(agent, [auth, mcp]);
  const first = await openAgent(browser, agent);
  await signIn(first, { sdk: 'v2', resource: mcp.resource });
  const second = await openAgent(browser, agent);
  const use = (page: typeof first) => page.evaluate(useIn, { url: mcp.resource, kind: 'shared' });
  expect([await use(first), await use(second), await use(first)]).toEqual([
    [200, 200],
    [200, 200],
    [200, 200],
  ]);
  await second.close();
  await expect.poll(() => use(first)).toEqual([200, 200]);
  await (await openAgent(browser, agent)).evaluate(useIn, { url: mcp.resource, kind: 'shared' });
  await first.close();
  const third = await openAgent(browser, agent);
  expect(await use(third)).toEqual([200, 200]);
  expect(
    await third.evaluate(() =>
      navigator.locks.query().then(({ held = [] }) => held.filter(({ name }) => name?.includes('blob:')).length),
    ),
  ).toBe(1);
});
