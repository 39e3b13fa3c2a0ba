import type { IncomingMessage } from 'node:http';
import type { LoopbackServer } from '../src/demo/loopback.ts';
import protect from '../src/demo/protect.mjs';
import { havePolicy } from './support/policy.ts';
import { promiseDpop } from './support/promise.ts';
import {
  type Browser,
  call,
  callAnew,
  consent,
  expect,
  openAgent,
  openPopup,
  sessionsIn,
  signIn,
  test,
} from './support/world.ts';

/** A site whose plain bearer tokens Holdfast leaves to it, as the person chose. */
async function leaveTokens(browser: Browser, { origin }: LoopbackServer): Promise<Browser> {
  await havePolicy(browser, origin, { bearer: 'expose' });
  return browser;
}

test.describe('an authorization server that knows no DPoP, on a site that keeps its bearer tokens', () => {
  test('leaves an agent byte for byte as it is without Holdfast', async ({ world }) => {
    const bare = await world.browser({ extensions: [] });
    for (const sdk of ['v1', 'v2'] as const) {
      const without = await record(sdk, async () => bare);
      expect(without.length).toBeGreaterThan(10);
      const protectedAgent = async (agent: LoopbackServer, servers: readonly LoopbackServer[]) =>
        leaveTokens(await world.protect(agent, servers), agent);
      expect(await record(sdk, protectedAgent)).toEqual(without);
    }

    /** Everything that the servers received, in order, with what is random in it put aside. */
    async function record(
      sdk: 'v1' | 'v2',
      browserFor: (agent: LoopbackServer, servers: readonly LoopbackServer[]) => Promise<Browser>,
    ): Promise<string[]> {
      const seen: string[] = [];
      const { auth, mcp } = await world.servers({ binding: 'none', auth: { intercept }, mcp: { intercept } });
      const agent = await world.agent();
      const chance = [auth, mcp, agent];
      const browser = await browserFor(agent, [auth, mcp]);
      await browser.context.clearCookies(); // they know no ports
      const page = await openAgent(browser, agent);
      await signIn(page, { sdk, resource: mcp.resource });
      await call(page);
      await call(page, 'write_note', { title: 'a', text: 'b' });
      await page.close();
      return seen.sort();

      async function intercept(request: IncomingMessage): Promise<boolean> {
        seen.push(withoutChance(`${request.method} ${request.url}\n${request.rawHeaders.join('\n')}`, chance));
        return false;
      }
    }
  });

  test('its sessions show what it does', async ({ world }) => {
    const plain = await world.servers({ binding: 'none' });
    const promising = await world.servers({
      binding: 'none',
      auth: { name: 'auth-promising', intercept: promiseDpop },
      mcp: { name: 'mcp-promising' },
    });
    const agent = await world.agent();
    const all = [plain, promising];
    const servers = all.flatMap(({ auth, mcp }) => [auth, mcp]);
    const browser = await leaveTokens(await world.protect(agent, servers), agent);
    const page = await openAgent(browser, agent);
    await Promise.all(
      all.map(async ({ mcp: { resource } }) => {
        await signIn(page, { sdk: 'v2', resource, account: resource });
        await call(page, 'list_notes', {}, resource);
      }),
    );
    const popup = await openPopup(browser, agent.origin);
    const isExposed = async ({ auth, mcp }: typeof plain, reason: string) => {
      const tokens = await page.evaluate((account) => window.agent.tokens('v2', account), mcp.resource);
      expect(auth.issued.accessTokens).toContain(tokens.access_token);
      const card = sessionsIn(popup)
        .getByRole('article')
        .filter({ hasText: new URL(mcp.origin).host });
      await expect(card.getByText('Exposed', { exact: true })).toBeVisible();
      await expect(card.getByText(reason)).toBeVisible();
    };
    await test.step('shows as exposed, with the reason', () => isExposed(plain, 'does not offer DPoP'));
    await test.step('a server that promises DPoP and answers with a bearer token is shown for what it does', async () => {
      expect(promising.auth.log.find(({ grantType }) => grantType)?.proofs).toBe(1);
      await isExposed(promising, 'answered with a plain bearer token');
    });
  });

  test('is not asked about: no permission is wanted for nothing', async ({ world }) => {
    const { mcp } = await world.servers({ binding: 'none' });
    const agent = await world.agent();
    const browser = await leaveTokens(await world.protect(agent, []), agent);
    const page = await openAgent(browser, agent);
    const popup = await openPopup(browser, agent.origin);
    await signIn(page, { sdk: 'v2', resource: mcp.resource });
    await call(page);
    await expect(sessionsIn(popup).getByText('Exposed')).toBeVisible();
    await expect(popup.getByRole('button', { name: 'Allow' })).toHaveCount(0);
  });
});

test('a sign-in window that closes as soon as it has its token leaves word of it', async ({ world }) => {
  const { auth, mcp } = await world.servers({ binding: 'none' });
  const agent = await world.agent();
  const browser = await leaveTokens(await world.protect(agent, []), agent);
  const opener = await openAgent(browser, agent);
  const [page] = await Promise.all([
    opener.waitForEvent('popup'),
    opener.evaluate(() => void window.open('/', 'sign-in', 'popup,width=500,height=600')),
  ]);
  await page.waitForFunction(() => 'byHand' in window);
  const options = { issuer: auth.issuer, resource: mcp.resource, discovers: true, namesResource: true };
  await page.evaluate((given) => window.byHand.signIn(given), options).catch(() => undefined);
  await consent(page);
  await page.waitForURL(/\/callback/);
  await page.waitForFunction(() => 'byHand' in window);
  const closed = page.waitForEvent('close');
  await page.evaluate(() => window.byHand.finish().then(() => window.close())).catch(() => undefined);
  await closed;
  expect(await opener.evaluate(() => window.byHand.tokens()?.token_type)).toBe('Bearer');
  const popup = await openPopup(browser, agent.origin);
  await expect(sessionsIn(popup).getByText('Exposed', { exact: true })).toBeVisible();
});

test('an agent that was signed in before its site was protected goes on, and shows as exposed', async ({ world }) => {
  const { auth, mcp } = await world.servers({ binding: 'offered' });
  const agent = await world.agent();
  const browser = world.shared;
  const page = await openAgent(browser, agent);
  const options = { sdk: 'v2' as const, resource: mcp.resource };
  await signIn(page, options);
  await protect(browser.context, { agent: agent.origin, servers: [auth.origin, mcp.origin] });
  await page.reload();
  await page.waitForFunction(() => 'agent' in window);
  await page.evaluate((given) => window.agent.connect(given), options);
  await callAnew(page, auth, mcp);
  expect(auth.log.every(({ grantType, proofs }) => grantType !== 'refresh_token' || proofs === 0)).toBe(true);
  const popup = await openPopup(browser, agent.origin);
  await expect(sessionsIn(popup).getByText('from before the site was protected')).toBeVisible();
});

test.describe('asking for the servers', () => {
  for (const [binding, state] of [
    ['required', 'Bound'],
    ['none', 'Held'],
  ] as const) {
    test(`the first sign-in waits for the person where DPoP is ${binding}, and is ${state}`, async ({ world }) => {
      const { auth, mcp } = await world.servers({ binding });
      const agent = await world.agent();
      const browser = await world.protect(agent, []);
      const page = await openAgent(browser, agent);
      const popup = await openPopup(browser, agent.origin);
      const signingIn = signIn(page, { sdk: 'v2', resource: mcp.resource });
      const [who, at, what] = [agent, auth, mcp].map(({ origin }) => new URL(origin).host);
      await expect(popup.getByRole('heading', { name: `${who} wants to sign in at ${at} for ${what}.` })).toBeVisible();
      await expect(popup.getByText(auth.origin, { exact: true })).toBeVisible();
      await expect(popup.getByText(mcp.origin, { exact: true })).toBeVisible();
      expect(auth.log.some(({ endpoint }) => endpoint === 'authorization')).toBe(false);
      await popup.getByRole('button', { name: 'Allow' }).click();
      await signingIn;
      await expect(sessionsIn(popup).getByText(state, { exact: true })).toBeVisible();
      await expect(popup.getByRole('button', { name: 'Allow' })).toHaveCount(0);
    });
  }

  test('“Not now” lets the agent go on as without Holdfast, and it shows as exposed', async ({ world }) => {
    const { auth, mcp } = await world.servers({ binding: 'offered' });
    const agent = await world.agent();
    const browser = await world.protect(agent, []);
    const page = await openAgent(browser, agent);
    const popup = await openPopup(browser, agent.origin);
    const signingIn = signIn(page, { sdk: 'v2', resource: mcp.resource });
    await popup.getByRole('button', { name: 'Not now' }).click();
    await signingIn;
    await call(page);
    expect(auth.log.every(({ proofs, dpopJkt }) => proofs === 0 && dpopJkt === undefined)).toBe(true);
    await expect(sessionsIn(popup).getByText('Holdfast has no access to the servers')).toBeVisible();
  });

  test('“Not now” for a page that keeps a DPoP key of its own leaves that page its key, and says so', async ({
    world,
  }) => {
    const { auth, mcp } = await world.servers({ mcp: { corsAllowsDpop: true } });
    const agent = await world.agent();
    const browser = await world.protect(agent, []);
    const page = await openAgent(browser, agent);
    const popup = await openPopup(browser, agent.origin);
    const signingIn = signIn(page, { sdk: 'v2', resource: mcp.resource, ownDpop: true });
    await popup.getByRole('button', { name: 'Not now' }).click();
    await signingIn;
    await call(page);
    const { token_type } = await page.evaluate(() => window.agent.tokens('v2'));
    expect(token_type).toBe('DPoP');
    expect(auth.issued.accessTokens).toContain((await page.evaluate(() => window.agent.tokens('v2'))).access_token);
    await expect(sessionsIn(popup).getByText('Page’s own key', { exact: true })).toBeVisible();
    await expect(sessionsIn(popup).getByText('Exposed', { exact: true })).toHaveCount(0);
  });
});

/** A request without what differs from run to run: ports, tokens, codes, ids. */
function withoutChance(request: string, servers: readonly { port: number }[]): string {
  let plain = request;
  for (const [index, { port }] of servers.entries()) plain = plain.replaceAll(String(port), `PORT${index}`);
  return (
    plain
      .replace(/(?:ey[\w-]+\.[\w-]+\.[\w-]+)/g, 'JWT')
      .replace(/\b(code_challenge|state|client_id|code|uid|\w+_PORT\d)(=|%3D)[\w.~-]+/g, '$1=…')
      .replace(/(?<=\n[Cc]ookie\n).*/g, (cookies) => cookies.split('; ').sort().join('; '))
      // A form's length depends on how many characters of its random values have to be escaped.
      .replace(/(?<=^POST \/(?:token|interaction)[\s\S]*\n[Cc]ontent-[Ll]ength\n)\d+/, '…')
      .replace(/\/(interaction|auth)\/[\w-]+/g, '/$1/…')
      .replace(/(?<=\n)[\w-]{20,}(?=\n|$)/g, '…')
  );
}
