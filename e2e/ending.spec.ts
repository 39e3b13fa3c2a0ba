import type { Page } from '@playwright/test';
import { decodeJwt } from 'jose';
import type { AuthorizationServer } from '../src/demo/authorization-server.ts';
import { chooseIn } from './support/menu.ts';
import { readStore } from './support/storage.ts';
import {
  type Browser,
  call,
  expect,
  expectBoundOnly,
  openAgent,
  openPopup,
  redeem,
  refreshesAt,
  sessionsIn,
  signIn,
  test,
} from './support/world.ts';

/** The key that the server bound its last token to. */
const keyOf = ({ issued }: AuthorizationServer): string =>
  decodeJwt<{ cnf: { jkt: string } }>(issued.accessTokens.at(-1) ?? '').cnf.jkt;

const keysIn = async (browser: Browser) => (await readStore(browser, 'keys')).map(({ thumbprint }) => thumbprint);

/** The refresh tokens that the server took back. */
const revokedAt = ({ log }: AuthorizationServer) =>
  log.filter(({ endpoint, status }) => endpoint === 'revocation' && status === 200);

async function revokeAll(popup: Page, label: RegExp): Promise<void> {
  await popup.getByRole('button', { name: label }).click();
  await popup.getByRole('alertdialog').getByRole('button', { name: label }).click();
}

test('all sessions of a site, then all there are, are revoked at the server and gone here; until then the others go on', async ({
  world,
}) => {
  const { auth, mcp } = await world.servers();
  const browser = await world.fresh();
  const [one, other] = [await world.agent('one'), await world.agent('other')];
  const keys: string[] = [];
  const held = async () => {
    const here = await keysIn(browser);
    return keys.filter((key) => here.includes(key));
  };
  const pages: Page[] = [];
  for (const agent of [one, other]) {
    await world.protect(agent, [auth, mcp], browser);
    for (const account of ['a', 'b']) {
      const page = await openAgent(browser, agent);
      await signIn(page, { sdk: 'v2', resource: mcp.resource, account });
      await call(page, 'list_notes', {}, account);
      keys.push(keyOf(auth));
      pages.push(page);
    }
  }
  expect(new Set(keys).size).toBe(4);
  const popup = await openPopup(browser, one.origin);
  await revokeAll(popup, /^Revoke all 2 sessions of this site$/);
  await expect(sessionsIn(popup).getByText('Revoked', { exact: true })).toHaveCount(2);
  expect(revokedAt(auth)).toHaveLength(2);
  expect(await readStore(browser, 'tokens')).toHaveLength(2);
  expect(await held()).toEqual(keys.slice(2));
  const [gone, , left] = pages;
  if (!gone || !left) throw new Error('there are not four pages');
  await call(left, 'list_notes', {}, 'a');
  const before = mcp.log.length;
  await gone.evaluate(() => window.agent.call('list_notes', {}, 'a').catch(() => undefined));
  expect(mcp.log.slice(before).filter(({ status }) => status === 200)).toEqual([]);

  await popup.getByText('2 sessions on other sites').click();
  await revokeAll(popup, /^Revoke all 2 sessions, of every site$/);
  await expect(popup.getByText('Revoked', { exact: true })).toHaveCount(4);
  expect(revokedAt(auth)).toHaveLength(4);
  expect(await readStore(browser, 'tokens')).toEqual([]);
  expect(await held()).toEqual([]);
});

test('a retired key signs until its token ends; then the agent signs in anew, with a new key, and the old one is gone', async ({
  world,
}) => {
  const { auth, mcp } = await world.servers();
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  const page = await openAgent(browser, agent);
  const options = { sdk: 'v2', resource: mcp.resource } as const;
  await signIn(page, options);
  const old = keyOf(auth);
  const popup = await openPopup(browser, agent.origin);
  const card = sessionsIn(popup).getByRole('article').first();
  await chooseIn(card, 'More for', 'Retire the key…');
  await popup.getByRole('alertdialog').getByRole('button', { name: 'Retire the key' }).click();
  await expect(card).toContainText('The key is retired');
  await call(page);
  expect(await keysIn(browser)).toContain(old);

  // The agent works on until the server refuses the token; its SDK refreshes, is told to sign in, and sets out to do so.
  await page.evaluate(() => history.replaceState(null, '', '/'));
  const back = page.waitForURL(/\/callback\?code=/);
  mcp.endTokens();
  await Promise.all([back, call(page).catch(() => undefined)]);
  await redeem(page, options);
  await call(page);
  expectBoundOnly(mcp);
  expect(refreshesAt(auth)).toBe(0);
  expect(keyOf(auth)).not.toBe(old);
  expect(await keysIn(browser)).toContain(keyOf(auth));
  expect(await keysIn(browser)).not.toContain(old);
});
