import { MOST_SLOTS } from '../src/model/quotas.ts';
import { speak } from './support/red-team/attack.ts';
import {
  type Browser,
  call,
  connect,
  consent,
  expect,
  openPopup,
  redeem,
  sessionsIn,
  shareScene,
  signedIn,
  startSignIn,
  test,
} from './support/world.ts';

/** Chrome takes no new rule of this kind any more, until it is told to again. */
async function refuseRules({ worker }: Browser, kind: 'origin' | 'any'): Promise<() => Promise<void>> {
  const background = await worker();
  await background.evaluate((which) => {
    const { declarativeNetRequest } = chrome;
    const native = declarativeNetRequest.updateSessionRules.bind(declarativeNetRequest);
    const scope = globalThis as unknown as { restoreRules: () => void };
    scope.restoreRules = () => Object.assign(declarativeNetRequest, { updateSessionRules: native });
    Object.assign(declarativeNetRequest, {
      updateSessionRules: async (change: chrome.declarativeNetRequest.UpdateRuleOptions) => {
        const isMeant = ({ action }: chrome.declarativeNetRequest.Rule) =>
          which === 'any' || action.requestHeaders?.some(({ header }) => header === 'origin');
        if (change.addRules?.some(isMeant)) throw new Error('Session rule count exceeded.');
        return native(change);
      },
    });
  }, kind);
  return () => background.evaluate(() => (globalThis as unknown as { restoreRules: () => void }).restoreRules());
}

test.describe('an agent that is signed in', () => {
  const scene = shareScene(async (world) =>
    signedIn(world, { binding: 'offered', mcp: { nonces: false } }, { browser: await world.fresh() }),
  );

  test.beforeEach(async () => {
    const { mcp, page } = scene();
    await connect(page, { sdk: 'v2', resource: mcp.resource });
  });

  test('where Chrome takes no rule any more, a sign-in ends in no plain bearer token, and its code is not spent', async () => {
    const { auth, mcp, agent, browser, page } = scene();
    const options = { sdk: 'v2', resource: mcp.resource } as const;
    const issued = auth.issued.accessTokens.length;

    const second = { ...options, account: 'b' };
    await startSignIn(page, second);
    await consent(page);
    await page.waitForURL(/\/callback/);
    const restore = await refuseRules(browser, 'origin');
    await page.waitForFunction(() => 'agent' in window);
    const finish = page.evaluate((given) => window.agent.finish(given, location.search), second);
    await expect(finish).rejects.toThrow(/Holdfast failed\. Try again/);
    expect(await page.evaluate(() => window.agent.tokens('v2', 'b'))).toBeNull();
    expect(auth.issued.accessTokens).toHaveLength(issued);

    await restore();
    await redeem(page, second);
    await call(page, 'list_notes', {}, 'b');
    const popup = await openPopup(browser, agent.origin);
    await expect(sessionsIn(popup).getByText('Bound', { exact: true })).toHaveCount(2);
  });

  test('where Chrome takes no rule any more, no request of a session leaves with its handle', async () => {
    const { mcp, page, browser } = scene();
    await page.evaluate(() => window.agent.close());
    // The rule that stands for the session's URL would serve it still.
    await (await browser.worker()).evaluate(async () => {
      const rules = await chrome.declarativeNetRequest.getSessionRules();
      await chrome.declarativeNetRequest.updateSessionRules({ removeRuleIds: rules.map(({ id }) => id) });
    });
    const before = mcp.log.length;
    const restore = await refuseRules(browser, 'any');
    const { access_token } = await page.evaluate(() => window.agent.tokens('v2'));
    const got = await page.evaluate(
      ([url, token]) =>
        fetch(`${url}/other`, { method: 'POST', headers: { authorization: `Bearer ${token}` } }).then(
          ({ status }) => String(status),
          (error) => String(error),
        ),
      [mcp.resource, access_token] as const,
    );
    expect(got).toBe('TypeError: Failed to fetch');
    expect(mcp.log.slice(before).filter(({ method }) => method !== 'OPTIONS')).toEqual([]);
    await restore();
    await connect(page, { sdk: 'v2', resource: mcp.resource });
    await call(page);
  });

  test('a page that uses hundreds of URLs leaves room for the rules of others', async () => {
    const { page, mcp, browser } = scene();
    const { access_token } = await page.evaluate(() => window.agent.tokens('v2'));
    const wanted = Array.from({ length: 300 }, (_, index) => ({
      kind: 'prove',
      token: access_token,
      method: 'GET',
      url: `${mcp.resource}/${index}`,
    }));
    const heard = await speak(page, wanted);
    expect(heard.match(/"kind":"proof"/g)).toHaveLength(300);
    const standing = await (await browser.worker()).evaluate(
      async (origin) =>
        (await chrome.declarativeNetRequest.getSessionRules()).filter(({ condition }) =>
          condition.urlFilter?.includes(origin),
        ).length,
      mcp.origin,
    );
    expect(standing).toBeGreaterThan(0);
    expect(standing).toBeLessThanOrEqual(4 * MOST_SLOTS.tab);
    await call(page);
  });
});
