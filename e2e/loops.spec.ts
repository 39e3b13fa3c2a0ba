import { activityCodes } from './support/storage.ts';
import {
  authorizeAgain,
  call,
  consent,
  expect,
  expectBoundOnly,
  openAgent,
  openPopup,
  redeem,
  sessionsIn,
  signIn,
  startSignIn,
  test,
} from './support/world.ts';

const CORS = { 'access-control-allow-origin': '*', 'content-type': 'application/json' };

test('a server that binds its tokens and calls them bearer tokens: the agent works, bound', async ({ world }) => {
  const { auth, mcp } = await world.servers({
    auth: {
      intercept({ method, url }, response) {
        if (method !== 'POST' || url !== '/token') return false;
        const end = response.end.bind(response);
        response.end = ((body: string) => {
          const text = body.replace('"token_type":"DPoP"', '"token_type":"Bearer"');
          response.setHeader('content-length', text.length);
          return end(text);
        }) as typeof response.end;
        return false;
      },
    },
  });
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  const page = await openAgent(browser, agent);
  await signIn(page, { sdk: 'v2', resource: mcp.resource });
  await call(page);
  expectBoundOnly(mcp);
  await expect(sessionsIn(await openPopup(browser, agent.origin)).getByText('Bound', { exact: true })).toBeVisible();
});

test('an agent that goes round, because its server refuses what was just issued, is stopped', async ({ world }) => {
  const { auth, mcp } = await world.servers({
    mcp: {
      intercept({ method, url, headers }, response) {
        if (method !== 'POST' || url !== '/mcp' || !headers.authorization) return false;
        response.writeHead(401, { ...CORS, 'access-control-expose-headers': 'www-authenticate' }).end('{}');
        return true;
      },
    },
  });
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  const page = await openAgent(browser, agent);
  const options = { sdk: 'v2', resource: mcp.resource } as const;
  await startSignIn(page, options);
  await consent(page);
  await page.waitForURL(/\/callback/);
  const exchanges = () =>
    auth.log.filter(({ grantType, status }) => grantType === 'authorization_code' && status === 200);
  const goRound = async (): Promise<string> => {
    for (let turn = 0; turn < 12; turn += 1) {
      const stopped = await redeem(page, options).catch(({ message }: Error) => message);
      if (stopped?.includes('again and again')) return stopped;
      await page.evaluate(() => localStorage.removeItem('v2.a.tokens'));
      await authorizeAgain(page, options);
    }
    return 'it went on';
  };
  expect(await goRound()).toContain('Try again in half a minute');
  expect(exchanges()).toHaveLength(6);
  await expect.poll(() => activityCodes(browser, agent.origin)).toContain('breaker_open');
});

test('a sign-in that its server refuses leaves a trace', async ({ world }) => {
  const { auth, mcp } = await world.servers({
    auth: {
      intercept({ method, url }, response) {
        if (method !== 'POST' || url !== '/token') return false;
        response.writeHead(400, CORS).end('{"error":"invalid_client"}');
        return true;
      },
    },
  });
  const agent = await world.agent();
  const browser = await world.protect(agent, [auth, mcp]);
  const page = await openAgent(browser, agent);
  await expect(signIn(page, { sdk: 'v2', resource: mcp.resource })).rejects.toThrow();
  await expect.poll(() => activityCodes(browser, agent.origin)).toContain('invalid_client');
});
