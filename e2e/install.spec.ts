import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesIn, makePackages, packagesOf, sumsOf } from '../packaging/package.ts';
import { EXTENSION, WITH_PANEL } from '../src/demo/chromium.ts';
import { extensionId } from '../src/demo/extension-id.ts';
import { installAnew, saidByChrome, unpack } from './support/installed.ts';
import { openStorage } from './support/storage.ts';
import { expect, openPopup, test } from './support/world.ts';

/** Chrome's own word for every extension that has a page in DevTools. */
const BECAUSE_OF_DEVTOOLS = 'Read and change all your data on all websites';

test('two runs of `npm run package` give the same bytes, and Chrome has no warning and no error for what is in them', async ({
  world,
}) => {
  const out = test.info().outputPath('packages');
  const [name = ''] = await makePackages(out);
  const bytes = readFileSync(join(out, name));
  // The global setup has built the same for the other tests.
  const before = packagesOf(await filesIn(EXTENSION));
  expect(bytes.equals(before[name] ?? Buffer.alloc(0))).toBe(true);
  expect(readFileSync(join(out, 'SHA256SUMS'), 'utf8')).toBe(sumsOf(before));

  const unpacked = test.info().outputPath('unpacked');
  unpack(bytes, unpacked);
  const browser = await world.browser({ extensions: [unpacked] });
  const extensions = await installAnew(browser);
  await openPopup(browser);
  expect(await saidByChrome(extensions, browser.id)).toEqual({ warnings: [], errors: [] });
});

test('the DevTools panel alone is what Chrome warns of, as PERMISSIONS.md says', async ({ world }) => {
  const page = await openStorage(world.shared);
  const [manifest, withPanel] = [EXTENSION, WITH_PANEL].map((folder) =>
    JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')),
  );
  expect(withPanel).toEqual({ ...manifest, devtools_page: expect.any(String) });
  const warnings = (given: object) =>
    page.evaluate((text) => chrome.management.getPermissionWarningsByManifest(text), JSON.stringify(given));
  expect(await warnings(manifest)).toEqual([]);
  expect(await warnings(withPanel)).toEqual([BECAUSE_OF_DEVTOOLS]);
});

test('the id is the same wherever Holdfast is installed from', async ({ world }) => {
  const id = 'ipbnhndgklndfljaindlfpfknkfkfhab';
  expect(world.shared.id).toBe(id);
  for (const folder of [EXTENSION, WITH_PANEL]) expect(extensionId(folder)).toBe(id);
});

test('no site can be reached before a person has allowed it', async ({ world }) => {
  const agent = await world.agent();
  const page = await openStorage(await world.fresh());
  expect(await page.evaluate(() => chrome.permissions.getAll())).toMatchObject({ origins: [] });
  const reached = await page.evaluate((url) => fetch(url).then((reply) => reply.text(), String), agent.origin);
  expect(reached).toBe('TypeError: Failed to fetch'); // the agent's server has no CORS for an extension
});
