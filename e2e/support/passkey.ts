import type { CDPSession, Page } from '@playwright/test';
import { type Browser, expect } from './world.ts';

interface Options {
  readonly protocol: 'ctap2';
  readonly ctap2Version: 'ctap2_1';
  readonly transport: 'internal';
  readonly hasResidentKey: boolean;
  readonly hasUserVerification: boolean;
  readonly isUserVerified: boolean;
  readonly hasPrf: boolean;
  readonly hasHmacSecret?: boolean;
}

/** An authenticator of the computer itself, with a person in front of it who always agrees. */
const PLATFORM: Options = {
  protocol: 'ctap2',
  ctap2Version: 'ctap2_1',
  transport: 'internal',
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  hasPrf: true,
};

/** The page of the passkey lock, with an authenticator. The browser forgets the authenticator with the page. */
export class LockPage {
  private constructor(
    readonly page: Page,
    private readonly devtools: CDPSession,
    private readonly authenticatorId: string,
  ) {}

  static async open({ context, id }: Browser, options: Partial<Options> = {}): Promise<LockPage> {
    const page = await context.newPage();
    await page.setViewportSize({ width: 440, height: 600 });
    await page.goto(`chrome-extension://${id}/src/ui/lock/index.html`);
    const devtools = await context.newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: { ...PLATFORM, ...options },
    });
    return new LockPage(page, devtools, authenticatorId);
  }

  async turnOn(): Promise<void> {
    await this.page.bringToFront(); // a passkey is for the page in front
    await this.page.getByRole('button', { name: 'Create a passkey and turn on' }).click();
    await this.is('unlocked');
  }

  async lock(): Promise<void> {
    await this.page.getByRole('button', { name: 'Lock now' }).click();
    await this.is('locked');
  }

  async unlock(): Promise<void> {
    await this.page.bringToFront();
    await this.page.getByRole('button', { name: 'Unlock' }).click();
    await this.is('unlocked');
  }

  /** Gives the passkey to what another window of the lock asks to be confirmed: the authenticator is this page's. */
  async confirm(address: string): Promise<void> {
    await this.page.bringToFront();
    await this.page.goto(address);
    await this.page.reload(); // the address differs in its fragment alone
    await this.page.getByRole('button', { name: 'Confirm with the passkey' }).click();
  }

  async is(state: 'off' | 'locked' | 'unlocked'): Promise<void> {
    await expect(this.page.locator(`[data-lock="${state}"]`)).toBeVisible();
  }

  /**
   * What the passkey's PRF gives when it is made. No virtual authenticator outlives its browser: after that `answerAgain`
   * answers for it.
   */
  async recordAnswer(): Promise<() => Promise<number[]>> {
    const prf = await this.page.evaluateHandle(() => {
      const answer: { first?: number[] } = {};
      const native = navigator.credentials.create.bind(navigator.credentials);
      navigator.credentials.create = async (options) => {
        const credential = await native(options);
        const first = (credential as PublicKeyCredential).getClientExtensionResults().prf?.results?.first;
        answer.first = [...new Uint8Array(first as ArrayBuffer)];
        return credential;
      };
      return answer;
    });
    return async () => (await prf.jsonValue()).first ?? [];
  }

  /** The passkey is deleted from the authenticator. */
  async losePasskey(): Promise<void> {
    await this.devtools.send('WebAuthn.clearCredentials', { authenticatorId: this.authenticatorId });
  }
}

/** In pages that are opened from now on, the passkey gives what it gave before. */
export async function answerAgain({ context }: Browser, answer: readonly number[]): Promise<void> {
  await context.addInitScript((first) => {
    if (location.protocol !== 'chrome-extension:') return;
    const results = { prf: { results: { first: new Uint8Array(first).buffer } } };
    navigator.credentials.get = async () =>
      Object.create(PublicKeyCredential.prototype, { getClientExtensionResults: { value: () => results } });
  }, answer);
}
