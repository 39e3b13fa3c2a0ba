import browser from 'webextension-polyfill';

const WELCOME = 'src/ui/welcome/index.html';

/**
 * Shows once what Holdfast is (an unpacked extension is installed anew with each start): behind what is in front, unless a person has just installed it from the store.
 */
export function welcomeOnInstall(): void {
  browser.runtime.onInstalled.addListener(async ({ reason }) => {
    const { isWelcomed } = await browser.storage.local.get({ isWelcomed: false });
    if (reason !== 'install' || isWelcomed) return;
    await browser.storage.local.set({ isWelcomed: true });
    const { installType } = await browser.management.getSelf();
    await browser.tabs.create({ url: browser.runtime.getURL(WELCOME), active: installType === 'normal' });
  });
}
