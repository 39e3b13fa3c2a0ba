import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Page } from '@playwright/test';
import { unzipSync } from 'fflate';
import { EXTENSIONS_PAGE } from '../../src/demo/protect.mjs';
import type { Browser } from './world.ts';

/** Has Chrome collect errors, as for a developer, and load the extension anew. @returns Chrome’s page about extensions */
export async function installAnew({ context, id }: Browser): Promise<Page> {
  const page = await context.newPage();
  await page.goto(EXTENSIONS_PAGE);
  await page.evaluate(async (extensionId) => {
    const { developerPrivate } = chrome;
    await developerPrivate.updateProfileConfiguration({ inDeveloperMode: true });
    await developerPrivate.updateExtensionConfiguration({ extensionId, errorCollection: true });
    await developerPrivate.reload(extensionId, { populateErrorForUnpacked: true, failQuietly: true });
  }, id);
  return page;
}

/** What Chrome warns of at install, and the *Errors* that it has noted since. @param extensions its page about extensions */
export async function saidByChrome(extensions: Page, id: string) {
  return extensions.evaluate(async (extension) => {
    const { developerPrivate } = chrome;
    const { manifestErrors, runtimeErrors } = await developerPrivate.getExtensionInfo(extension);
    const warnings = await chrome.management.getPermissionWarningsById(extension);
    return { warnings, errors: [...manifestErrors, ...runtimeErrors].map(({ message }) => message) };
  }, id);
}

/** Unpacks a zip into a folder. What was there stays, but for files of the same names. */
export function unpack(zip: Uint8Array, folder: string): void {
  for (const [path, bytes] of Object.entries(unzipSync(zip))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}
