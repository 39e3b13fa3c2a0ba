import type {
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
  StoredOAuthTokens,
} from '@modelcontextprotocol/client';
import type { Settings } from '../settings.ts';

interface Stored {
  readonly client: StoredOAuthClientInformation;
  readonly tokens: StoredOAuthTokens;
  readonly discovery: OAuthDiscoveryState;
  readonly verifier: string;
  readonly state: string;
}

/** Where the agent keeps what OAuth gives it: `localStorage`, like most pages do. One set for each SDK and its servers. */
export class OAuthStorage {
  readonly #prefix: string;

  constructor({ sdk, servers }: Pick<Settings, 'sdk' | 'servers'>) {
    this.#prefix = servers === 'bearer' ? `folio.${sdk}.bearer.` : `folio.${sdk}.`;
  }

  get<Name extends keyof Stored>(name: Name): Stored[Name] | undefined {
    const value = localStorage.getItem(this.#prefix + name);
    return value === null ? undefined : (JSON.parse(value) as Stored[Name]);
  }

  set<Name extends keyof Stored>(name: Name, value: Stored[Name]): void {
    localStorage.setItem(this.#prefix + name, JSON.stringify(value));
  }

  remove(...names: readonly (keyof Stored)[]): void {
    for (const name of names) localStorage.removeItem(this.#prefix + name);
  }

  clear(): void {
    this.remove('client', 'tokens', 'discovery', 'verifier', 'state');
  }
}
