import { cpSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { EXTENSION } from '../src/demo/chromium.ts';
import { extensionPage } from './support/extension-page.ts';
import { unpack } from './support/installed.ts';
import { keyServer } from './support/key-server.ts';
import {
  type Browser,
  call,
  callAnew,
  connect,
  expect,
  expectBoundOnly,
  openAgent,
  openPopup,
  sessionsIn,
  signedIn,
  test,
} from './support/world.ts';

/**
 * The package of the version before this one: a package, because it is what people have, needs no history of the repository and
 * no packages of that time. With each release, the zip of `npm run package` takes its place. This one is of commit 9e70a3f, whose
 * manifest had no key yet: it was added.
 */
const PREVIOUS = fileURLToPath(new URL('./previous/holdfast.zip', import.meta.url));

const SECRET = 'sk-live-51Hq2kXyZ0aBcDeFgHiJ';

test('an update keeps every live session: bound, held, and a given key', async ({ world }) => {
  test.slow(); // three sign-ins and two browsers
  const folder = test.info().outputPath('extension');
  unpack(readFileSync(PREVIOUS), folder);
  const before = await world.browser({ extensions: [folder] });
  const bound = await signedIn(world, {}, { browser: before, name: 'bound' });
  const held = await signedIn(world, { binding: 'none' }, { browser: before, name: 'held' });
  const server = await keyServer(world, 'api', [SECRET]);
  const desk = await world.agent('desk');
  await world.protect(desk, [server], before);
  const handle = await keep(before, desk.origin, `${server.origin}/v1`);
  const tokens = await Promise.all([bound, held].map(({ page }) => readTokens(page)));
  await before.context.close();

  rmSync(folder, { recursive: true });
  cpSync(EXTENSION, folder, { recursive: true });
  const after = await world.browser({ extensions: [folder] });
  for (const [index, { agent, mcp, auth }] of [bound, held].entries()) {
    const page = await openAgent(after, agent);
    expect(await readTokens(page)).toEqual(tokens[index]);
    await connect(page, { sdk: 'v2', resource: mcp.resource });
    await call(page);
    await callAnew(page, auth, mcp);
    expect(
      auth.log.filter(({ grantType, status }) => grantType === 'authorization_code' && status === 200),
    ).toHaveLength(1);
    const popup = await openPopup(after, agent.origin);
    const state = index === 0 ? 'Bound' : 'Held';
    await expect(sessionsIn(popup).getByText(state, { exact: true })).toBeVisible();
  }
  expectBoundOnly(bound.mcp);
  const page = await openAgent(after, desk);
  const answered = page.evaluate(
    ([url, key]) => fetch(url, { headers: { 'x-api-key': key } }).then(({ status }) => status),
    [`${server.origin}/v1/search`, handle] as const,
  );
  expect(await answered).toBe(200);
  expect(server.with(SECRET)).toHaveLength(1);
});

const readTokens = (page: Page) => page.evaluate(() => window.agent.tokens('v2'));

/** Keeps a key as the page for that does, without its picture, which was another then. @returns the handle */
async function keep(browser: Browser, agent: string, server: string): Promise<string> {
  const request = { kind: 'keep', agent, server, header: 'X-API-Key', scheme: '', name: 'Search', secret: SECRET };
  const view = await extensionPage(browser);
  return view.evaluate((asked) => {
    const port = chrome.runtime.connect({ name: 'ui' });
    port.postMessage({ ...asked, id: 1 });
    return new Promise<string>((resolve, reject) => {
      port.onMessage.addListener(({ kind, result }) => {
        if (kind === 'reply') return result.ok ? resolve(result.handle) : reject(new Error(result.code));
      });
    });
  }, request);
}
