import type { BrowserContext, Page } from '@playwright/test';

/** As Playwright opens a page. */
const SIZE = { width: 1280, height: 720 };

/**
 * Tabs of one browser, used again by its next test: to open and close one costs as much as to load two pages. Between tests each
 * shows a page of the tests' own site, whose process the next test's pages then share.
 */
export class Tabs {
  readonly #context: BrowserContext;
  readonly #rest: string;
  readonly #own = new WeakSet<Page>();
  readonly #idle: Page[] = [];

  /** @param rest what an idle tab shows */
  constructor(context: BrowserContext, rest: string) {
    this.#context = context;
    this.#rest = rest;
  }

  /** A tab in front, as a new one is. */
  async take(): Promise<Page> {
    const page = this.#idle.pop();
    if (page) {
      await page.bringToFront();
      return page;
    }
    const made = await this.#context.newPage();
    this.#own.add(made);
    return made;
  }

  isIdle(page: Page): boolean {
    return this.#idle.includes(page);
  }

  /** @returns whether the tab is one of these, and rests from now on */
  async giveBack(page: Page): Promise<boolean> {
    if (!this.#own.has(page)) return false;
    await page.unrouteAll();
    await page.goto(this.#rest);
    if (page.viewportSize()?.width !== SIZE.width) await page.setViewportSize(SIZE);
    this.#idle.push(page);
    return true;
  }
}
