import type { Page } from '@playwright/test';
import type { LoopbackServer } from '../src/demo/loopback.ts';
import { inExtensionsPage } from './support/developer-private.ts';
import { badgeOf, popups } from './support/over-page.ts';
import { holdLongWaits } from './support/vault.ts';
import {
  type Browser,
  call,
  expect,
  openAgent,
  openPopup,
  sessionsIn,
  signIn,
  startSignIn,
  test,
  type World,
} from './support/world.ts';

const sdk = 'v2';

/** An agent on a protected site, whose servers Chrome would allow and the person has not been asked about. */
async function scene(world: World) {
  const { auth, mcp } = await world.servers({ binding: 'offered' });
  const agent = await world.agent();
  const browser = await world.protect(agent, []);
  const page = await openAgent(browser, agent);
  const options = (account: string) => ({ sdk, resource: mcp.resource, account }) as const;
  return { auth, mcp, agent, browser, page, options };
}

const question = (view: Page, agent: LoopbackServer) =>
  view.getByRole('heading', { name: `${new URL(agent.origin).host} wants to sign in` });

/** The window of its own that a question stands in. */
async function askWindow({ context }: Browser, agent: LoopbackServer, because: () => Promise<unknown>): Promise<Page> {
  const isOurs = (page: Page) =>
    page.url().endsWith(`/popup/index.html?site=${encodeURIComponent(agent.origin)}&window=`);
  await because();
  // Its address may come after it.
  await expect.poll(() => context.pages().filter(isOurs)).toHaveLength(1);
  const [view] = context.pages().filter(isOurs);
  if (!view) throw new Error('There is no window');
  await expect(question(view, agent)).toBeVisible();
  return view;
}

test('“Not now” is mended by “Allow the servers”: the next sign-in is bound, without a restart', async ({ world }) => {
  const { auth, agent, browser, page, options } = await scene(world);
  const popup = await openPopup(browser, agent.origin);
  const declined = signIn(page, options('a'));
  await popup.getByRole('button', { name: 'Not now' }).click();
  await declined;
  await expect(sessionsIn(popup).getByText('Exposed', { exact: true })).toBeVisible();

  await popup.getByRole('button', { name: 'Allow the servers' }).click();
  await expect(popup.getByText('Allowed. Sign out')).toBeVisible();
  await popup.reload();
  await expect(popup.getByText('Allowed. Sign out')).toBeVisible();
  await expect(popup.getByRole('button', { name: 'Allow the servers' })).toHaveCount(0);

  await signIn(page, options('b'));
  await call(page, 'list_notes', {}, 'b');
  await expect(sessionsIn(popup).getByText('Bound', { exact: true })).toBeVisible();

  // The agent signs out of the first: its card goes, and with it the alarm.
  await expect.poll(() => badgeOf(browser, page)).toBe('!');
  await page.evaluate(async (server) => {
    const { client_id } = JSON.parse(localStorage.getItem('v2.a.client') ?? '{}');
    const token = window.agent.tokens('v2').refresh_token;
    const body = new URLSearchParams({ token, token_type_hint: 'refresh_token', client_id });
    await fetch(`${server}/token/revocation`, { method: 'POST', body });
  }, auth.origin);
  await expect(sessionsIn(popup).getByText('Exposed', { exact: true })).toHaveCount(0);
  await expect.poll(() => badgeOf(browser, page)).toBe('1');
});

test('a question that nobody answered is said, and put again at the next sign-in', async ({ world }) => {
  const { auth, agent, browser, page, options } = await scene(world);
  const waits = await holdLongWaits(browser);
  const popup = await openPopup(browser, agent.origin);
  const lapsed = signIn(page, options('a'));
  await expect(
    popup.getByText(/^.*Answer within \d+ seconds; after that the agent signs in unprotected\.$/),
  ).toBeVisible();
  await waits.end();
  await lapsed;
  await expect(question(popup, agent)).toHaveCount(0);
  expect(auth.log.every(({ proofs }) => proofs === 0)).toBe(true);
  const exposed = sessionsIn(popup).getByText('Holdfast was not answered, so this sign-in went on unprotected.');
  await expect(exposed).toBeVisible();
  await expect(popup.getByRole('button', { name: 'Allow the servers' })).toBeVisible();

  const again = signIn(page, options('b'));
  await expect(question(popup, agent)).toBeVisible();
  await popup.getByRole('button', { name: 'Allow', exact: true }).click();
  await again;
  await expect(sessionsIn(popup).getByText('Bound', { exact: true })).toBeVisible();
});

test('where the icon is not on the toolbar, the question stands in a window, which goes with it', {
  tag: '@waits',
}, async ({ world }) => {
  const { agent, browser, page, options } = await scene(world);
  let started: Promise<void> | undefined;
  const view = await askWindow(browser, agent, async () => {
    started = signIn(page, options('a'));
  });
  const closed = view.waitForEvent('close');
  await view.getByRole('button', { name: 'Allow', exact: true }).click();
  await started;
  await closed;
  const popup = await openPopup(browser, agent.origin);
  await expect(sessionsIn(popup).getByText('Bound', { exact: true })).toBeVisible();
});

test('where it is, the question stands in the popup; closed, that leaves it to a window of the tab in front, and that to the badge', async ({
  world,
}) => {
  const { agent, browser, page, options } = await scene(world);
  await pin(browser, true);
  const started = startSignIn(page, options('a'));
  await expect.poll(() => popups(browser)).toBe(1);
  await browser.context.newPage();
  await expect.poll(() => popups(browser)).toBe(0);
  const view = await askWindow(browser, agent, () => page.bringToFront());
  await view.close();

  await expect.poll(() => badgeOf(browser, page)).toBe('?');
  const again = await openPopup(browser, agent.origin);
  expect(browser.context.pages().filter((other) => other.url().includes('/popup/'))).toEqual([again]);
  await again.getByRole('button', { name: 'Not now' }).click();
  await started;
  await pin(browser, false);
});

test('the badge asks as long as the question is open, and no longer', async ({ world }) => {
  const { auth, agent, browser, page } = await scene(world);
  const waits = await holdLongWaits(browser);
  const popup = await openPopup(browser, agent.origin);
  const read = page.evaluate((url) => fetch(url).then(({ ok }) => ok), metadataOf(auth));
  await expect(question(popup, agent)).toBeVisible();
  await expect.poll(() => badgeOf(browser, page)).toBe('?');
  await waits.end();
  expect(await read).toBe(true);
  await expect.poll(() => badgeOf(browser, page)).toBe('');
});

const metadataOf = ({ origin }: LoopbackServer): string => `${origin}/.well-known/oauth-authorization-server`;

const pin = ({ context, id }: Browser, pinnedToToolbar: boolean): Promise<void> =>
  inExtensionsPage(context, (update) => chrome.developerPrivate.updateExtensionConfiguration(update), {
    extensionId: id,
    pinnedToToolbar,
  });
