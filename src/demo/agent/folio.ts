import { computed, signal } from '@preact/signals';
import { say } from '../look/say.ts';
import { createSdk } from './create-sdk.ts';
import { explain, explainCallback } from './explain.ts';
import { type Draft, type Note, Notebook, type NoteList } from './notebook.ts';
import type { Navigate } from './oauth/in-page-oauth.ts';
import { forgetOwnKey } from './oauth/own-key-oauth.ts';
import { revoke } from './oauth/revoke.ts';
import { OAuthStorage } from './oauth/storage.ts';
import { forgetKey, keepKey, type PastedKey, readKey } from './pasted-key.ts';
import type { Sdk } from './sdk/connection.ts';
import { rememberSdk, type SdkVersion, type Settings } from './settings.ts';
import { openSignInWindow, redirectToSignIn, waitForCallback } from './sign-in.ts';

/** What the notebook shows. */
export type Phase =
  | { readonly name: 'working'; readonly doing: string }
  | { readonly name: 'signed-out' }
  | { readonly name: 'waiting' | 'window-blocked'; readonly address: URL }
  | { readonly name: 'open'; readonly list: NoteList };

const OPENING = say('Opening the notebook…', 'ノートを開いています…');
const ENDED = say(
  'Your sign-in has ended. Sign in again.',
  'サインインの有効期限が切れました。もう一度サインインしてください。',
);

/** The agent: signs in, and works with the notebook through MCP. */
export class Folio {
  readonly phase = signal<Phase>({ name: 'working', doing: say('Opening…', '開いています…') });
  /** What went wrong last. */
  readonly problem = signal<string>();
  readonly note = signal<Note>();
  readonly draft = signal<Draft>();
  readonly saved = signal<string>();
  readonly sdkVersion = signal<SdkVersion>('v2');
  readonly isSignedIn = computed(() => this.phase.value.name === 'open');

  /** The MCP server that it was made for. */
  readonly resource: string;
  #key = readKey();
  #settings: Settings;
  #storage: OAuthStorage;
  #sdk: Sdk;
  #notebook: Notebook | undefined;
  #authorizationUrl: URL | undefined;
  #waiting: AbortController | undefined;

  constructor(settings: Settings, resource: string) {
    this.#settings = settings;
    this.resource = resource;
    this.sdkVersion.value = settings.sdk;
    this.#storage = new OAuthStorage(settings);
    this.#sdk = this.#createSdk();
  }

  /** Opens the notebook if an earlier sign-in is still good. */
  async open(): Promise<void> {
    if (!this.#storage.get('tokens') && !this.#key) {
      this.phase.value = { name: 'signed-out' };
      return;
    }
    this.phase.value = { name: 'working', doing: OPENING };
    await this.#connectOr(() => {
      this.problem.value = ENDED;
      this.phase.value = { name: 'signed-out' };
    });
  }

  /**
   * Starts a sign-in: the SDK finds the authorization server, and the person goes there. A registration left over from
   * an attempt that led nowhere is not used again: the server may have forgotten it.
   */
  async signIn(): Promise<void> {
    this.problem.value = undefined;
    this.#forgetKey();
    this.phase.value = {
      name: 'working',
      doing: say('Looking for the authorization server…', '認可サーバーを探しています…'),
    };
    if (!this.#storage.get('tokens')) this.#storage.clear();
    await this.#connectOr(async () => {
      const address = this.#authorizationUrl;
      if (!address) throw new Error('The SDK found no authorization server.');
      if (this.#settings.signIn === 'redirect') redirectToSignIn(address);
      else await this.#signInThroughWindow(address);
    });
  }

  /** Works with a key that the person pasted, without a sign-in. */
  async useKey(key: PastedKey): Promise<void> {
    keepKey(key);
    this.#key = key;
    this.#sdk = this.#createSdk();
    this.problem.value = undefined;
    await this.open();
  }

  /** Opens the sign-in window again, now from a click that the browser accepts. */
  openWindow(address: URL): void {
    if (openSignInWindow(address)) this.phase.value = { name: 'waiting', address };
  }

  /** Stops waiting for the sign-in window. */
  cancelSignIn(): void {
    this.#waiting?.abort();
    this.phase.value = { name: 'signed-out' };
  }

  /** Gives the tokens back, then forgets everything. */
  async signOut(): Promise<void> {
    this.phase.value = { name: 'working', doing: say('Signing out…', 'サインアウトしています…') };
    await this.#close();
    await revoke(this.#storage);
    this.#storage.clear();
    this.#forgetKey();
    if (this.#settings.ownDpop) {
      await forgetOwnKey();
      this.#sdk = this.#createSdk();
    }
    this.problem.value = undefined;
    this.phase.value = { name: 'signed-out' };
  }

  async useSdk(sdk: SdkVersion): Promise<void> {
    rememberSdk(sdk);
    await this.#close();
    this.#settings = { ...this.#settings, sdk };
    this.sdkVersion.value = sdk;
    this.#storage = new OAuthStorage(this.#settings);
    this.#sdk = this.#createSdk();
    this.problem.value = undefined;
    await this.open();
  }

  async read(id: string): Promise<void> {
    await this.#attempt(async (notebook) => {
      this.note.value = await notebook.read(id);
      this.draft.value = undefined;
    });
  }

  async write(draft: Draft): Promise<void> {
    await this.#attempt(async (notebook) => {
      const note = await notebook.write(draft);
      this.phase.value = { name: 'open', list: await notebook.list() };
      this.note.value = note;
      this.draft.value = undefined;
      this.saved.value = say(`“${note.title}” is saved.`, `「${note.title}」を保存しました。`);
    });
  }

  async #signInThroughWindow(address: URL): Promise<void> {
    this.#waiting = new AbortController();
    const callback = waitForCallback(this.#waiting.signal);
    this.phase.value = openSignInWindow(address) ? { name: 'waiting', address } : { name: 'window-blocked', address };
    const params = await callback;
    if (!params) return;

    const refusal = explainCallback(params);
    if (refusal) return this.#fail(refusal);
    if (params.get('state') !== this.#storage.get('state'))
      return this.#fail(say('This sign-in was not started here.', 'このサインインはここで始めたものではありません。'));
    this.phase.value = { name: 'working', doing: OPENING };
    await this.#sdk.finishSignIn(this.resource, params);
    await this.#connectOr(() =>
      this.#fail(say('The server refused the new sign-in.', 'サーバーが新しいサインインを拒否しました。')),
    );
  }

  async #connectOr(needSignIn: () => void | Promise<void>): Promise<void> {
    try {
      this.#notebook = new Notebook(await this.#sdk.connect(this.#key?.server ?? this.resource));
      this.phase.value = { name: 'open', list: await this.#notebook.list() };
    } catch (error) {
      if (!this.#sdk.needsSignIn(error)) return this.#fail(explain(error));
      await Promise.resolve(needSignIn()).catch((reason: unknown) => this.#fail(explain(reason)));
    }
  }

  async #attempt(work: (notebook: Notebook) => Promise<void>): Promise<void> {
    if (!this.#notebook) return;
    this.problem.value = undefined;
    this.saved.value = undefined;
    try {
      await work(this.#notebook);
    } catch (error) {
      if (!this.#sdk.needsSignIn(error)) {
        this.problem.value = explain(error);
        return;
      }
      await this.#close();
      this.#fail(ENDED);
    }
  }

  #fail(problem: string): void {
    this.problem.value = problem;
    this.phase.value = { name: 'signed-out' };
  }

  async #close(): Promise<void> {
    await this.#notebook?.close();
    this.#notebook = undefined;
    this.note.value = undefined;
    this.draft.value = undefined;
    this.saved.value = undefined;
  }

  #forgetKey(): void {
    if (!this.#key) return;
    forgetKey();
    this.#key = undefined;
    this.#sdk = this.#createSdk();
  }

  #createSdk(): Sdk {
    const navigate: Navigate = (address) => {
      this.#authorizationUrl = address;
    };
    return createSdk(this.#settings, this.#storage, navigate, this.#key);
  }
}
