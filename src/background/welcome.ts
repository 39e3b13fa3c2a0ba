import browser from 'webextension-polyfill';

const WELCOME = 'src/ui/welcome/index.html';

/** Shows once what Holdfast is: behind what is in front, unless a person has just installed it from the store. */
export function welcomeOnInstall(): void {
  browser.runtime.onInstalled.addListener(async ({ reason }) => {
    if (reason !== 'install') return;
    const { installType } = await browser.management.getSelf();
    await browser.tabs.create({ url: browser.runtime.getURL(WELCOME), active: installType === 'normal' });
  });
}
