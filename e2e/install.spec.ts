import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXTENSION } from '../src/demo/chromium.ts';
import { openStorage } from './support/storage.ts';
import { expect, test } from './support/world.ts';

/** Chrome's own word for every extension that has a page in DevTools. */
const BECAUSE_OF_DEVTOOLS = 'Read and change all your data on all websites';

test('what Chrome says at install is what PERMISSIONS.md says, and nothing without the DevTools panel', async ({
  world,
}) => {
  const page = await openStorage(world.shared);
  const manifest = JSON.parse(readFileSync(join(EXTENSION, 'manifest.json'), 'utf8'));
  const { devtools_page, ...without } = manifest;
  expect(devtools_page).toBeDefined();
  const warnings = (given: object) =>
    page.evaluate((text) => chrome.management.getPermissionWarningsByManifest(text), JSON.stringify(given));
  expect(await warnings(manifest)).toEqual([BECAUSE_OF_DEVTOOLS]);
  expect(await warnings(without)).toEqual([]);
});

test('no site can be reached before a person has allowed it', async ({ world }) => {
  const agent = await world.agent();
  const page = await openStorage(await world.fresh());
  expect(await page.evaluate(() => chrome.permissions.getAll())).toMatchObject({ origins: [] });
  const reached = await page.evaluate((url) => fetch(url).then((reply) => reply.text(), String), agent.origin);
  expect(reached).toBe('TypeError: Failed to fetch'); // the agent's server has no CORS for an extension
});
