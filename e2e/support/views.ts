import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BrowserContext, test as base, type Page } from '@playwright/test';
import { EXTENSION, WITH_PANEL } from '../../src/demo/chromium.ts';
import { listenOnLoopback } from '../../src/demo/loopback.ts';
import { sendFile } from '../../src/demo/static-files.ts';
import type { SessionView, UiUpdate } from '../../src/messages/ui.ts';
import type { Action, Viewing } from '../../src/messages/ui-request.ts';
import type { Diagnostics } from '../../src/model/diagnostics.ts';
import { type ChromeCall, type Played, playExtension } from './stub.ts';

export { expect } from '@playwright/test';

type Snapshot = Extract<UiUpdate, { kind: 'snapshot' }>;

/** How Holdfast stands when a view opens. What is left out is as in a Holdfast that was just installed. */
export interface Scene
  extends Partial<Omit<Snapshot, 'kind' | 'isAll'>>,
    Partial<Omit<Played, 'opening' | 'version'>> {}

/** How many sessions a view is told at once, the others a moment later (`snapshot.ts`). */
const FIRST = 60;

const NOTHING_WRONG: Diagnostics = {
  ...{ startedAt: 0, trouble: undefined, sessions: {}, sites: 0, questions: 0, errors: [] },
};

/** The built views, in an ordinary browser without the extension: what the background would say is played to them. */
export class Views {
  constructor(
    readonly context: BrowserContext,
    readonly origin: string,
    /** Where the build with the DevTools panel is. */
    readonly panels: string,
  ) {}

  /** The popup over a site, or over the tab of the scene. */
  popup(scene: Scene, site?: string): Promise<Page> {
    const query = site === undefined ? '' : `?site=${encodeURIComponent(site)}`;
    return this.#open(`popup/index.html${query}`, scene, { width: 380, height: 600 });
  }

  dashboard(scene: Scene, hash = ''): Promise<Page> {
    return this.#open(`dashboard/index.html${hash}`, scene, { width: 1440, height: 900 });
  }

  panel(scene: Scene): Promise<Page> {
    return this.#open('devtools/panel.html?tab=1', scene, { width: 1280, height: 560 }, this.panels);
  }

  lock(scene: Scene, hash = ''): Promise<Page> {
    return this.#open(`lock/index.html${hash}`, scene, { width: 440, height: 600 });
  }

  /** The page on which a key is given. */
  keep(scene: Scene, query: Readonly<Record<string, string>>): Promise<Page> {
    return this.#open(`keep/index.html?${new URLSearchParams(query)}`, scene, { width: 720, height: 860 });
  }

  welcome(): Promise<Page> {
    return this.#open('welcome/index.html', {}, { width: 1280, height: 720 });
  }

  /** A page that has the scene, before anything is loaded. */
  async blank(scene: Scene): Promise<Page> {
    const page = await this.context.newPage();
    await page.addInitScript(playExtension, await played(scene, await this.#language(page)));
    return page;
  }

  async #open(
    path: string,
    scene: Scene,
    size: { width: number; height: number },
    origin = this.origin,
  ): Promise<Page> {
    const page = await this.blank(scene);
    await page.setViewportSize(size);
    await page.goto(`${origin}/src/ui/${path}`);
    return page;
  }

  async #language(page: Page): Promise<string> {
    return page.evaluate(() => navigator.language);
  }
}

/** What the view has asked of the background until now. */
export const said = (view: Page): Promise<readonly (Action | Viewing)[]> => view.evaluate(() => window.stub.said);

/** What the view has had Chrome do until now. */
export const called = (view: Page): Promise<readonly ChromeCall[]> => view.evaluate(() => window.stub.called);

/** The background tells the view something new. */
export const tell = (view: Page, update: UiUpdate): Promise<void> =>
  view.evaluate((told) => window.stub.tell(told), update);

/** The background tells the view that sessions are different now. */
export const change = (view: Page, ...changed: readonly SessionView[]): Promise<void> =>
  tell(view, { kind: 'sessions', changed, removed: [] });

async function played(scene: Scene, language: string): Promise<Played> {
  const {
    details = [],
    activity = [],
    inspected = [],
    diagnostics = [NOTHING_WRONG],
    missing,
    reading,
    signingIn,
    refusal,
    allowed = [],
    isBusy,
    handle = `hfk_${'x'.repeat(43)}`,
    tab,
    sessions = [],
    messages,
    ...rest
  } = scene;
  const [first, later] = [sessions.slice(0, FIRST), sessions.slice(FIRST)];
  const snapshot: Snapshot = {
    ...{
      kind: 'snapshot',
      sites: [],
      wanted: [],
      policies: {},
      consents: {},
      asks: [],
      cookieSessions: [],
      trouble: undefined,
    },
    ...{ settings: { retentionDays: 30 }, lock: { state: 'off' }, sessions: first, isAll: later.length === 0 },
    ...rest,
  };
  const others: UiUpdate = { kind: 'sessions', changed: later, removed: [], isRest: true };
  const built = async (file: string) => JSON.parse(await readFile(join(EXTENSION, file), 'utf8'));
  return {
    opening: later.length === 0 ? [snapshot] : [snapshot, others],
    ...{ details, activity, inspected, diagnostics, missing, reading, signingIn, refusal },
    ...{ allowed, isBusy, handle, tab },
    version: (await built('manifest.json')).version,
    messages: messages ?? (await built(`_locales/${language.startsWith('ja') ? 'ja' : 'en'}/messages.json`)),
  };
}

export const test = base.extend<{ views: Views }, { built: readonly [string, string] }>({
  built: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's dependencies from this pattern
    async ({}, use) => {
      const serve = (name: string, folder: string) =>
        listenOnLoopback(name, 0, () => async (request, response) => {
          // As Chrome serves an extension's pages.
          response.setHeader('content-security-policy', "script-src 'self'; object-src 'self'");
          await sendFile(response, folder, new URL(request.url ?? '/', 'http://any.localhost').pathname);
        });
      const [views, panels] = await Promise.all([serve('views', EXTENSION), serve('panels', WITH_PANEL)]);
      await use([views.origin, panels.origin]);
      await Promise.all([views.close(), panels.close()]);
    },
    { scope: 'worker' },
  ],
  views: async ({ context, built }, use) => {
    await use(new Views(context, ...built));
  },
});
