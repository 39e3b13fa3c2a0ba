import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, type BrowserContext, test as base, type Disposable, type Page } from '@playwright/test';
import { EXTENSION, WITH_PANEL } from '../../src/demo/chromium.ts';
import { listenOnLoopback } from '../../src/demo/loopback.ts';
import { sendFile } from '../../src/demo/static-files.ts';
import type { SessionView, UiUpdate } from '../../src/messages/ui.ts';
import type { Action, Viewing } from '../../src/messages/ui-request.ts';
import type { Diagnostics } from '../../src/model/diagnostics.ts';
import { type ChromeCall, type Played, playExtension } from './stub.ts';
import { Tabs } from './tabs.ts';

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

/** Where the built views are served, and those with the DevTools panel. */
interface Built {
  readonly views: string;
  readonly panels: string;
}

/** A browser context in which people read one language. */
interface Room {
  readonly context: BrowserContext;
  readonly tabs: Tabs;
  readonly language: 'en' | 'ja';
}

/** How Playwright opens a page. */
const PLAIN = { colorScheme: 'light', forcedColors: 'none', reducedMotion: 'no-preference' } as const;

/** The built views, in an ordinary browser without the extension: what the background would say is played to them. */
export class Views {
  readonly #room: Room;
  readonly #built: Built;
  readonly #scenes = new Map<Page, Disposable>();

  constructor(room: Room, built: Built) {
    this.#room = room;
    this.#built = built;
  }

  get context(): BrowserContext {
    return this.#room.context;
  }

  get origin(): string {
    return this.#built.views;
  }

  /** The popup over a site, or over the tab of the scene. */
  popup(scene: Scene, site?: string): Promise<Page> {
    const query = site === undefined ? '' : `?site=${encodeURIComponent(site)}`;
    return this.#open(`popup/index.html${query}`, scene, { width: 380, height: 600 });
  }

  dashboard(scene: Scene, hash = ''): Promise<Page> {
    return this.#open(`dashboard/index.html${hash}`, scene, { width: 1440, height: 900 });
  }

  panel(scene: Scene): Promise<Page> {
    return this.#open('devtools/panel.html?tab=1', scene, { width: 1280, height: 560 }, this.#built.panels);
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
    const page = await this.#room.tabs.take();
    this.#scenes.set(page, await page.addInitScript(playExtension, await played(scene, this.#room.language)));
    return page;
  }

  /** A page is looked at no more: its tab shows the next one. */
  async leave(page: Page): Promise<void> {
    await page.evaluate(() => localStorage.clear());
    await this.#scenes.get(page)?.dispose();
    this.#scenes.delete(page);
    await this.#room.tabs.giveBack(page);
    await page.mouse.move(-1, -1); // over nothing
    await page.emulateMedia(PLAIN);
  }

  /** The next test finds nothing of this one's. */
  async close(): Promise<void> {
    const { context, tabs } = this.#room;
    await context.clearPermissions();
    for (const page of context.pages()) {
      if (this.#scenes.has(page)) await this.leave(page);
      else if (!tabs.isIdle(page)) await page.close();
    }
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
}

async function openRoom(browser: Browser, locale: string, { views }: Built): Promise<Room> {
  const context = await browser.newContext({ locale });
  const tabs = new Tabs(context, `${views}/rest`);
  return { context, tabs, language: locale.startsWith('ja') ? 'ja' : 'en' };
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

async function played(scene: Scene, language: Room['language']): Promise<Played> {
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
    messages: messages ?? (await built(`_locales/${language}/messages.json`)),
  };
}

interface Shared {
  readonly built: Built;
  /** The rooms of one worker, by their language. */
  readonly rooms: Map<string, Room>;
}

export const test = base.extend<{ views: Views; apart: Views }, Shared>({
  built: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's dependencies from this pattern
    async ({}, use) => {
      const serve = (name: string, folder: string) =>
        listenOnLoopback(name, 0, () => async (request, response) => {
          // As Chrome serves an extension's pages.
          response.setHeader('content-security-policy', "script-src 'self'; object-src 'self'");
          await sendFile(
            response,
            folder,
            new URL(request.url ?? '/', 'http://any.localhost').pathname,
            'max-age=3600',
          );
        });
      const [views, panels] = await Promise.all([serve('views', EXTENSION), serve('panels', WITH_PANEL)]);
      await use({ views: views.origin, panels: panels.origin });
      await Promise.all([views.close(), panels.close()]);
    },
    { scope: 'worker' },
  ],
  rooms: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's dependencies from this pattern
    async ({}, use) => {
      const rooms = new Map<string, Room>();
      await use(rooms);
      for (const { context } of rooms.values()) await context.close();
    },
    { scope: 'worker' },
  ],
  views: async ({ browser, locale, rooms, built }, use) => {
    const language = locale ?? 'en-US';
    const room = rooms.get(language) ?? (await openRoom(browser, language, built));
    rooms.set(language, room);
    const views = new Views(room, built);
    await use(views);
    await views.close();
  },
  /** For what a context never forgets, such as its clock: views in a context of the test's own. */
  apart: async ({ context, built }, use) => {
    await use(new Views({ context, tabs: new Tabs(context, built.views), language: 'en' }, built));
  },
});
