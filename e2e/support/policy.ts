import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { PolicyWish } from '../../src/model/policy.ts';
import { chooseIn } from './menu.ts';
import { type Browser, expect, openPopup } from './world.ts';

/** The popup over a site, with its policy open. */
export async function openPolicy(browser: Browser, site: string): Promise<Page> {
  const popup = await openPopup(browser, site);
  await chooseIn(popup, 'Protected', 'Site policy');
  return popup;
}

/** The policy that a person chose for a site, without the popup. */
export async function havePolicy({ worker }: Browser, site: string, policy: PolicyWish): Promise<void> {
  await (await worker()).evaluate(([key, chosen]) => chrome.storage.sync.set({ [key]: chosen }), [
    `policy ${site}`,
    policy,
  ] as const);
}

/** Chooses in the policy of a site, and waits until that is stored. */
export async function choose(browser: Browser, site: string, name: string, on: boolean): Promise<void> {
  const popup = await openPolicy(browser, site);
  const box = popup.getByRole('checkbox', { name }).or(popup.getByRole('radio', { name }));
  await box.setChecked(on);
  await expect
    .poll(() => popup.evaluate((key) => chrome.storage.sync.get(key).then((kept) => key in kept), `policy ${site}`))
    .toBe(true);
  await popup.close();
}

const MANAGED = '/etc/chromium/policies/managed';

/**
 * Sets what an organization decides, for every Chromium of this computer that starts from now on.
 *
 * @returns what takes it back; undefined where only an administrator can set it
 */
export async function setManaged(id: string, policy: object, name: string): Promise<(() => Promise<void>) | undefined> {
  const file = join(MANAGED, `holdfast-${name}.json`);
  try {
    await mkdir(MANAGED, { recursive: true });
    await writeFile(file, JSON.stringify({ '3rdparty': { extensions: { [id]: policy } } }));
  } catch {
    return undefined;
  }
  return () => rm(file);
}
