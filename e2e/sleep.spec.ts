import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { streams } from './support/streams.ts';
import { startUndebugged } from './support/undebugged.ts';
import { expect, expectBoundOnly, signedIn, startBrowser, test } from './support/world.ts';

test('a stream goes on while Chrome lets the idle worker sleep, and the next call wakes it', {
  tag: '@waits',
}, async ({ world }) => {
  test.setTimeout(120_000);
  const profile = await mkdtemp(join(tmpdir(), 'holdfast-'));
  const signing = await startBrowser({ profile });
  const { mcp, agent } = await signedIn(world, {}, { sdk: 'v1', browser: signing });
  await signing.context.close();

  const browser = await startUndebugged(profile);
  try {
    const extension = await browser.open(`chrome-extension://${signing.id}/manifest.json`);
    const scripts = '(async () => (await chrome.scripting?.getRegisteredContentScripts())?.length ?? 0)()';
    await expect.poll(() => extension.evaluate(scripts), { timeout: 20_000 }).toBeGreaterThanOrEqual(2);
    await extension.close();
    const page = await browser.open(agent.origin);
    await expect.poll(() => page.evaluate(`document.readyState === 'complete' && 'agent' in window`)).toBe(true);
    const before = streams(mcp).length;
    const options = JSON.stringify({ sdk: 'v1', resource: mcp.resource });
    expect(await page.evaluate(`agent.connect(${options})`)).toBe('connected');
    await expect.poll(() => streams(mcp).length).toBe(before + 1);
    expect(await browser.isAwake()).toBe(true);
    // The rule that gave the stream its token goes after five seconds, the worker after thirty.
    await expect.poll(() => browser.isAwake(), { timeout: 60_000, intervals: [500] }).toBe(false);
    await mcp.notify('while it sleeps');
    await expect.poll(() => page.evaluate('agent.heard()')).toEqual(['while it sleeps']);
    expect(await browser.isAwake()).toBe(false);
    await page.evaluate(`agent.call('list_notes')`);
    expect(await browser.isAwake()).toBe(true);
    await mcp.notify('when it woke');
    await expect.poll(() => page.evaluate('agent.heard()')).toEqual(['while it sleeps', 'when it woke']);
    expect(streams(mcp)).toHaveLength(before + 1);
    expectBoundOnly(mcp);
  } finally {
    await browser.close();
    await rm(profile, { recursive: true, force: true });
  }
});
