import type { Locator, Page } from 'playwright';
import type { ActNumber, SdkVersion, ServerKind } from '../agent/settings.ts';
import type { Demo } from '../start.ts';
import type { Attempt } from '../theft/attempt.ts';

/** Drives the stage as a presenter does: through its buttons, by their names. */
export class StageDriver {
  readonly page: Page;
  readonly #demo: Demo;

  constructor(page: Page, demo: Demo) {
    this.page = page;
    this.#demo = demo;
  }

  async open(sdk: SdkVersion, act: ActNumber, servers: ServerKind = 'dpop'): Promise<void> {
    // Nothing moves when a photograph is taken.
    await this.page.emulateMedia({ reducedMotion: 'reduce' });
    await this.page.goto(`${this.#demo.agent.origin}/?sdk=${sdk}&act=${act}&servers=${servers}`);
    await this.#button('Sign in').or(this.#button('Sign out')).first().waitFor();
  }

  /** @returns what the agent said where it did not get in */
  async signIn(): Promise<string | undefined> {
    await this.#button('Sign in').click();
    const inside = this.#button('New note');
    const name = this.page.getByLabel('User name');
    const allow = this.#button('Allow');
    await first(inside, this.#alert, name, allow);
    if (await name.isVisible()) {
      await name.fill('Ada');
      await this.#button('Sign in').click();
      await first(allow, inside, this.#alert);
    }
    if (await allow.isVisible()) await allow.click();
    await first(inside, this.#alert);
    return this.#problem();
  }

  async signOut(): Promise<void> {
    await this.#button('Sign out').click();
    await this.#button('Sign in').waitFor();
  }

  /** Writes a note and reads it again. */
  async work(title: string): Promise<void> {
    await this.#button('New note').click();
    await this.page.getByLabel('Title').fill(title);
    await this.page.getByLabel('Text').fill('Written through the MCP server.');
    await this.#button('Save note').click();
    await this.page.getByRole('navigation', { name: 'Notes' }).getByRole('button', { name: title }).first().click();
    await this.page.getByRole('heading', { name: title }).waitFor();
  }

  /** @returns what the agent said where it did not get the note */
  async readNote(position: number): Promise<string | undefined> {
    const notes = this.page.getByRole('navigation', { name: 'Notes' }).getByRole('listitem');
    const note = notes.nth(position).getByRole('button');
    const title = (await note.getAttribute('aria-label')) ?? '';
    await note.click();
    await first(this.#alert, this.page.getByRole('article').getByRole('heading', { name: title }));
    return this.#problem();
  }

  /** Everything that script in the page can read of what it keeps. */
  async readable(): Promise<string> {
    return this.page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, performance.getEntries()]),
    );
  }

  async steal(): Promise<void> {
    await this.#button('Steal it').click();
    await this.#thief.getByRole('button', { name: 'Try it' }).first().waitFor();
  }

  /** @returns what the thief tried, with the servers' own answers */
  async tryOut(): Promise<readonly Attempt[]> {
    const before = this.#demo.thief.attempts.length;
    await this.#thief.getByRole('button', { name: 'Try it' }).first().click();
    await this.#thief.getByRole('status').first().waitFor();
    return this.#demo.thief.attempts.slice(before);
  }

  /** In the third act, where the stage was lent the dashboard. */
  async openDashboard(): Promise<Page> {
    const opened = this.page.context().waitForEvent('page');
    await this.#button('Open the dashboard').click();
    const dashboard = await opened;
    await dashboard.getByRole('table', { name: 'Sessions' }).waitFor();
    return dashboard;
  }

  async #problem(): Promise<string | undefined> {
    return (await this.#alert.isVisible()) ? ((await this.#alert.textContent()) ?? undefined) : undefined;
  }

  get #alert(): Locator {
    return this.page.getByRole('alert');
  }

  get #thief() {
    return this.page.frameLocator('iframe[title="The thief"]');
  }

  #button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }
}

async function first(...locators: readonly Locator[]): Promise<void> {
  const [one, ...others] = locators;
  if (one)
    await others
      .reduce((all, other) => all.or(other), one)
      .first()
      .waitFor();
}
