import { WEAKNESSES, type Weakness } from '../src/demo/resource/weakness.ts';
import type { ResourceServer } from '../src/demo/resource-server.ts';
import { ATTEMPTS, type DrillReport, gradeOf, isAttack, isTheft } from '../src/model/drill.ts';
import { extensionPage } from './support/extension-page.ts';
import { type Browser, call, expect, openPanel, signedIn, test } from './support/world.ts';

const ATTACKS = ATTEMPTS.filter(isAttack);

/** What the server saw of the drill: everything after the agent's own requests. */
const seen = ({ log }: ResourceServer, from: number) => log.slice(from).filter(({ method }) => method !== 'OPTIONS');

for (const sdk of ['v1', 'v2'] as const) {
  test(`the official server, with a client of ${sdk}, refuses every attempt and is found strict`, async ({ world }) => {
    const { auth, mcp, agent, browser, page } = await signedIn(world, {}, { sdk });
    // A client of v1 opens a stream of its own when it has connected.
    const isOpen = () => mcp.log.some(({ method, status }) => method === 'GET' && status === 200);
    if (sdk === 'v1') await expect.poll(isOpen).toBe(true);
    const panel = await openPanel(browser, agent.origin);
    await expect(panel.getByText('Requests are shown from now on.')).toBeVisible();
    const before = mcp.log.length;
    const report = await drill(browser, agent.origin);
    // No token has expired yet: there is none at hand.
    expect(report.verdict).toEqual({ kind: 'enforced', refused: ATTACKS.length - 1 });
    const requests = seen(mcp, before);
    expect(requests.filter(({ status }) => status === 200)).toHaveLength(2);
    expect(new Set(requests.map(({ origin }) => origin))).toEqual(new Set([agent.origin]));
    expect(new Set(requests.map(({ rpcMethod }) => rpcMethod))).toEqual(
      new Set([sdk === 'v1' ? 'ping' : 'server/discover']),
    );
    expect(auth.log.filter(({ endpoint }) => endpoint === 'token')).toHaveLength(2); // a nonce, and the exchange
    // The panel of the agent's page has them too, the forged ones as what they are.
    const rows = panel.getByRole('row').filter({ hasText: 'an attempt of the drill' });
    await expect(rows).toHaveCount(requests.filter(({ rpcMethod }) => rpcMethod).length);
    await expect(rows.filter({ hasText: '200 served' })).toHaveCount(2);
    await expect(panel.getByText('does not fit')).toHaveCount(0);
    expect(await panel.content()).not.toMatch(/eyJ[\w-]+\.[\w-]+\.[\w-]+/);
    // The agent goes on as if nothing had been.
    await call(page);
  });
}

/**
 * Some of these at a time, so that no drill is needed for each alone: each is in three of six sets, and no two are in the same
 * three. One that passed for another, or hid it, would show.
 */
function setsOf<Each>(all: readonly Each[]): Each[][] {
  const sixths = [0, 1, 2, 3, 4, 5];
  const threes = sixths.flatMap((a) => sixths.flatMap((b) => sixths.map((c) => [a, b, c]))).filter(isRising);
  expect(all.length).toBeLessThanOrEqual(threes.length);
  return sixths.map((set) => all.filter((_, index) => threes[index]?.includes(set)));
}

const isRising = (numbers: readonly number[]): boolean =>
  numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0));

test('each weakness of a weak server is found, and no other', async ({ world }) => {
  test.slow();
  const weak = new Set<Weakness>();
  const { agent, browser } = await signedIn(world, { mcp: { weak } });
  const drilled = (...weaknesses: readonly Weakness[]): Promise<DrillReport> => {
    weak.clear();
    for (const weakness of weaknesses) weak.add(weakness);
    return drill(browser, agent.origin);
  };
  for (const set of setsOf(ATTACKS.filter((each) => !['expired', 'stale', 'future'].includes(each)))) {
    await test.step(set.join(', '), async () => {
      const { verdict, lines } = await drilled(...set);
      expect(lines.filter(({ outcome }) => outcome === 'accepted').map(({ attempt }) => attempt)).toEqual([
        'control',
        ...set,
        'controlAgain',
      ]);
      expect(verdict).toEqual(gradeOf(set));
    });
  }
  // A nonce tells the age of a proof: the standard leaves it to the server whether it looks at `iat` as well. Whether it
  // repeats the token is another question.
  const { verdict, lines } = await drilled('stale', 'future', 'repeatsToken');
  expect(verdict).toEqual({ kind: 'advised', found: ['repeatsToken'] });
  expect(lines.at(-1)).toMatchObject({ outcome: 'repeated' });
  const after = await drilled('stale', 'future');
  expect(after.verdict).toMatchObject({ kind: 'enforced' });
  expect(after.lines.at(-1)).toMatchObject({ outcome: 'notRepeated' });
});

test('a server that demands no nonces has to look at the time, and one that knows no DPoP is open', async ({
  world,
}) => {
  const weak = new Set<Weakness>(['stale', 'future']);
  const { agent, browser, mcp } = await signedIn(world, { mcp: { weak, nonces: false } });
  expect((await drill(browser, agent.origin)).verdict).toMatchObject({
    kind: 'incomplete',
    found: ['stale', 'future'],
  });
  weak.clear();
  for (const weakness of WEAKNESSES) weak.add(weakness);
  const { verdict, lines } = await drill(browser, agent.origin);
  expect(verdict).toEqual({ kind: 'broken', found: ATTACKS.filter(isTheft) });
  const letIn = lines.filter(({ attempt, outcome }) => isAttack(attempt) && outcome === 'accepted');
  expect(letIn.map(({ attempt }) => attempt)).toEqual(
    ATTACKS.filter((attempt) => !['noNonce', 'wrongNonce', 'expired'].includes(attempt)),
  );
  expect(mcp.log.length).toBeGreaterThan(0);
});

test('a server that asks for fewer requests gets no more', async ({ world }) => {
  let left = Number.POSITIVE_INFINITY;
  const { agent, browser, mcp } = await signedIn(world, {
    mcp: {
      intercept: (request, response) => {
        if (request.method === 'OPTIONS') return false;
        left -= 1;
        if (left >= 0) return false;
        response.writeHead(429, { 'Retry-After': '60' }).end();
        return true;
      },
    },
  });
  left = 6;
  const before = mcp.log.length;
  expect((await drill(browser, agent.origin)).verdict).toEqual({ kind: 'unclear', reason: 'rateLimited' });
  expect(seen(mcp, before)).toHaveLength(7);
});

/** Runs the drill on the one bound session of a site, as a view does, and waits for its verdict. */
async function drill(browser: Browser, site: string): Promise<DrillReport> {
  return (await extensionPage(browser)).evaluate(runDrill, site);
}

function runDrill(site: string): Promise<DrillReport> {
  const port = chrome.runtime.connect({ name: 'ui' });
  return new Promise((resolve) => {
    const started = Date.now();
    port.onMessage.addListener((update) => {
      if (update.kind === 'snapshot') {
        const [session] = update.sessions.filter((each: { agent: string }) => each.agent === site);
        port.postMessage({ kind: 'look', session: session.id });
        port.postMessage({ kind: 'drill', session: session.id });
      }
      const report = update.kind === 'details' ? update.details.drill : undefined;
      if (!report?.verdict || report.at < started) return;
      port.disconnect();
      resolve(report);
    });
  });
}
