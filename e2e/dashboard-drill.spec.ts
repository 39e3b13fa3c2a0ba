import { readFile } from 'node:fs/promises';
import type { LoopbackServer } from '../src/demo/loopback.ts';
import { ATTEMPTS, expectedOf, isAttack } from '../src/model/drill.ts';
import { fact, openDashboard, rowsOf, tableOf } from './support/dashboard.ts';
import { readStore } from './support/storage.ts';
import {
  type Browser,
  call,
  expect,
  openAgent,
  openPopup,
  sessionsIn,
  signedIn,
  test,
  type World,
} from './support/world.ts';

const attacks = ATTEMPTS.filter(isAttack).length;

test('the drill is asked for, can be stopped, and its verdict is everywhere', { tag: '@waits' }, async ({ world }) => {
  let isSlow = false;
  const { agent, auth, mcp, browser, id } = await withSession(world, {
    mcp: {
      intercept: async () => {
        if (isSlow) await new Promise((resolve) => setTimeout(resolve, 150));
        return false;
      },
    },
  });
  const page = await openDashboard(browser, `#/session/${id}/drill`);

  await test.step('a question comes before it', async () => {
    const before = mcp.log.length;
    await page.getByRole('button', { name: 'Run the drill' }).click();
    const question = page.getByRole('alertdialog', { name: `Run the drill on ${new URL(mcp.resource).host}?` });
    await expect(question).toContainText(`makes ${attacks} attempts`);
    await expect(question).toContainText(
      `goes to the server that it is for, ${new URL(mcp.resource).origin}, and nowhere else`,
    );
    await expect(question).toContainText('may log the refused requests');
    await expect(question.getByRole('button', { name: 'Not now' })).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(question).toHaveCount(0);
    await expect(page.getByRole('button', { name: 'Run the drill' })).toBeFocused();
    expect(mcp.log).toHaveLength(before);
  });

  await test.step('it shows its course, can be stopped, and says so', async () => {
    isSlow = true;
    await page.getByRole('button', { name: 'Run the drill' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Run the drill' }).click();
    await expect(page.getByRole('progressbar')).toBeVisible();
    await expect(page.getByRole('heading', { name: /^Enforcement drill/ })).toBeFocused();
    await expect(page.getByRole('status').filter({ hasText: /^[3-9] of 20: / })).toBeVisible();
    await page.getByRole('button', { name: 'Stop' }).click();
    await expect(page.getByRole('status').filter({ hasText: 'Could not tell' })).toBeVisible();
    await expect(page.getByText('You stopped it before it was over.')).toBeVisible();
    const sent = mcp.log.length;
    await expect(page.getByText('The drill had ended.').first()).toBeVisible();
    expect(mcp.log).toHaveLength(sent);
    isSlow = false;
  });

  await test.step('a second time nobody asks', async () => {
    const before = mcp.log.length;
    await page.getByRole('button', { name: 'Run it again' }).click();
    await expect(page.getByRole('alertdialog')).toHaveCount(0);
    await expect(page.getByRole('status').filter({ hasText: /^Enforced \d+ of \d+ tried, all refused/ })).toBeVisible();
    expect(mcp.log.length).toBeGreaterThan(before + attacks);
    expect(mcp.log.length - before).toBeLessThanOrEqual(40);
    await expect(page.getByRole('button', { name: 'Run it again' })).toBeVisible();
    const table = page.getByRole('table', { name: 'Attempts and answers' });
    await expect(rowsOf(table)).toHaveCount(ATTEMPTS.length);
    for (const [index, attempt] of ATTEMPTS.entries()) {
      const row = rowsOf(table).nth(index);
      const outcome = row.getByRole('cell').nth(1);
      await expect(outcome, attempt).toHaveText(
        { accepted: 'Accepted', refused: /^(Refused|Not tried)$/, notRepeated: 'Not repeated' }[expectedOf(attempt)],
      );
      await expect(row.getByRole('link')).toHaveAttribute('href', /rfc-editor\.org\/rfc\/rfc(9449|6750|9700)#section-/);
    }
    await expect(table.getByText('Change:')).toHaveCount(0);
    await expect(table.getByText(/^401 /).first()).toBeVisible();
  });

  await test.step('its report is copied as Markdown and saved as JSON, and holds no token', async () => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save as JSON' }).click(),
    ]);
    const saved = await readFile(await download.path(), 'utf8');
    expect(JSON.parse(saved)).toMatchObject({ resource: mcp.resource, verdict: { kind: 'enforced' } });
    expect(JSON.parse(saved).lines).toHaveLength(ATTEMPTS.length);

    await page.getByRole('button', { name: 'Copy as Markdown' }).click();
    await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
    const copied = await pasted(browser, await world.agent('elsewhere'));
    expect(copied).toContain(`# Enforcement drill: \`${mcp.resource}\``);
    expect(copied.split('\n').filter((line) => line.startsWith('|'))).toHaveLength(2 + ATTEMPTS.length);
    for (const token of [...auth.issued.accessTokens, ...auth.issued.refreshTokens]) {
      expect(saved.includes(token) || copied.includes(token)).toBe(false);
    }
  });

  await test.step('the verdict stands in the table, on the session, in the log and in the popup', async () => {
    await page.getByRole('link', { name: 'Close the session' }).click();
    const row = rowsOf(tableOf(page)).filter({ hasText: new URL(agent.origin).host });
    await expect(row).toContainText(/Enforced (\d+)\/\1/);
    const popup = await openPopup(browser, agent.origin);
    await expect(
      sessionsIn(popup)
        .getByText(/^Enforced (\d+)\/\1$/)
        .first(),
    ).toBeVisible();
    await page.goto(page.url().replace(/#.*/, `#/activity?session=${id}&kind=drilled`));
    await expect(rowsOf(tableOf(page, 'Activity'))).toHaveCount(2);
  });
});

/** What the clipboard holds, as another site's page gets it. */
async function pasted(browser: Browser, site: LoopbackServer): Promise<string> {
  const elsewhere = await openAgent(browser, site);
  await elsewhere.bringToFront();
  await elsewhere.evaluate(() => document.body.replaceChildren(document.createElement('textarea')));
  await elsewhere.getByRole('textbox').press('ControlOrMeta+V');
  return elsewhere.getByRole('textbox').inputValue();
}

test('a session’s view is true: its last proof is of its key; revoking asks, and is told at once', async ({
  world,
}) => {
  const { agent, mcp, browser, id, page: agentPage } = await withSession(world);
  const page = await openDashboard(browser, `#/session/${id}`);
  const pane = page.getByRole('region', { name: new URL(mcp.resource).host }).first();
  const last = pane.getByRole('region', { name: 'Last proof' });
  const claim = (name: string) =>
    last
      .getByRole('row')
      .filter({ has: page.getByRole('rowheader', { name, exact: true }) })
      .getByRole('cell')
      .first();
  await expect(claim('jwk')).toContainText('the key of this session');
  const seen = () => mcp.log.findLast(({ scheme }) => scheme === 'DPoP')?.proof?.claims?.jti as string;
  await expect(claim('jti')).toHaveText(seen());
  await call(agentPage);
  await expect(claim('jti')).toHaveText(seen());
  await expect(claim('htu')).toHaveText(mcp.resource);
  const told = pane.getByRole('region', { name: 'Timeline' }).getByRole('listitem');
  await expect(told.last()).toContainText('Authorized');
  await expect(told.filter({ hasText: 'Exchanged' })).toHaveCount(1);
  await expect(told.filter({ hasText: /\d+ proofs/ }).first()).toBeVisible();

  await pane.getByRole('button', { name: 'Revoke' }).click();
  await page
    .getByRole('alertdialog', { name: 'Revoke this session?' })
    .getByRole('button', { name: 'Keep it' })
    .click();
  await expect(pane.getByRole('button', { name: 'Revoke' })).toBeFocused();
  await pane.getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('button', { name: 'Revoke the session' }).click();
  await expect(pane.getByText('The key is deleted.')).toBeVisible();
  await expect(told.first()).toContainText('Revoked');
  await expect(fact(pane, 'Ended')).not.toBeEmpty();

  await page.getByRole('link', { name: 'Settings' }).click();
  const site = page.getByRole('article', { name: new URL(agent.origin).host });
  await site.getByText('Policy').click();
  await site.getByRole('radio', { name: /Refuse plain bearer tokens/ }).check();
  await page.reload();
  await site.getByText('Policy').click();
  await expect(site.getByRole('radio', { name: /Refuse plain bearer tokens/ })).toBeChecked();
  await site.getByRole('button', { name: 'Stop protecting' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Stop protecting' }).click();
  await expect(site.getByText('Policy')).toHaveCount(0);
});

test('how long things are kept is chosen once, and stays', async ({ world }) => {
  const page = await openDashboard(world.shared, '#/settings');
  const days = page.getByRole('group', { name: 'Keep ended sessions and activity for' });
  await days.getByRole('radio', { name: '90 days' }).check();
  const other = await openDashboard(world.shared, '#/settings');
  await expect(other.getByRole('radio', { name: '90 days' })).toBeChecked();
  await page.reload();
  await expect(page.getByRole('radio', { name: '90 days' })).toBeChecked();
  await days.getByRole('radio', { name: '30 days' }).check();
  await expect(other.getByRole('radio', { name: '30 days' })).toBeChecked();
});

/** An agent that has signed in and called a tool, and its session's id. */
async function withSession(world: World, servers: Parameters<World['servers']>[0] = {}) {
  const scene = await signedIn(world, servers);
  const sessions = await readStore(scene.browser, 'sessions');
  const id = String(sessions.find(({ agent }) => agent === scene.agent.origin)?.id);
  return { ...scene, id };
}
