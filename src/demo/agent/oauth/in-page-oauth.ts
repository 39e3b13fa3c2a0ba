import type {
  OAuthClientMetadata,
  OAuthClientProvider,
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
  StoredOAuthTokens,
} from '@modelcontextprotocol/client';
import type { OAuthStorage } from './storage.ts';

/** Takes the person to the authorization server. */
export type Navigate = (authorizationUrl: URL) => void;

/** The OAuth client of the agent, as the SDK's documentation tells a page to write it. Serves both SDK versions. */
export class InPageOAuth implements OAuthClientProvider {
  readonly #storage: OAuthStorage;
  readonly #navigate: Navigate;

  constructor(storage: OAuthStorage, navigate: Navigate) {
    this.#storage = storage;
    this.#navigate = navigate;
  }

  get redirectUrl(): string {
    return `${location.origin}/callback`;
  }

  get clientMetadata(): OAuthClientMetadata {
    return {
      client_name: 'Folio',
      application_type: 'web',
      redirect_uris: [this.redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    };
  }

  state(): string {
    const state = crypto.randomUUID();
    this.#storage.set('state', state);
    return state;
  }

  clientInformation(): StoredOAuthClientInformation | undefined {
    return this.#storage.get('client');
  }

  saveClientInformation(client: StoredOAuthClientInformation): void {
    this.#storage.set('client', client);
  }

  tokens(): StoredOAuthTokens | undefined {
    return this.#storage.get('tokens');
  }

  saveTokens(tokens: StoredOAuthTokens): void {
    this.#storage.set('tokens', tokens);
    this.#storage.remove('verifier', 'state');
  }

  redirectToAuthorization(authorizationUrl: URL): void {
    this.#navigate(authorizationUrl);
  }

  saveCodeVerifier(verifier: string): void {
    this.#storage.set('verifier', verifier);
  }

  codeVerifier(): string {
    const verifier = this.#storage.get('verifier');
    if (verifier === undefined) throw new Error('This sign-in was not started here.');
    return verifier;
  }

  saveDiscoveryState(discovery: OAuthDiscoveryState): void {
    this.#storage.set('discovery', discovery);
  }

  discoveryState(): OAuthDiscoveryState | undefined {
    return this.#storage.get('discovery');
  }

  invalidateCredentials(scope: 'all' | 'client' | 'tokens' | 'verifier' | 'discovery'): void {
    if (scope === 'all') this.#storage.clear();
    else this.#storage.remove(scope);
  }
}
