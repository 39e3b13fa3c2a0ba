import { randomBytes } from 'node:crypto';
import type { Client, Configuration, Context, Interaction } from 'oidc-provider';
import type { Binding } from '../binding.ts';
import { languageOf, type Scopes } from './language.ts';
import { createMemoryAdapters } from './memory-adapter.ts';
import { errorPage } from './pages.ts';
import { ACCESS_TOKEN_ALG, type SigningKeys } from './signing-keys.ts';

/** What the authorization server is to be. */
export interface AuthorizationPolicy {
  readonly binding: Binding;
  /** Whether every proof has to carry a nonce (RFC 9449 §8). */
  readonly nonces: boolean;
  /** Accepted in proofs; `undefined` leaves the choice to oidc-provider. */
  readonly dpopAlgorithms: readonly string[] | undefined;
  /** Seconds. */
  readonly accessTokenTtl: number;
  /** Seconds. */
  readonly refreshTokenTtl: number;
  /** Canonical URIs that tokens may be asked for (RFC 8707). */
  readonly resources: () => readonly string[];
  /** Scope values, each with what the consent page says of it. */
  readonly scopes: Scopes;
}

const DAY = 24 * 60 * 60;

/**
 * oidc-provider's configuration for public clients in browsers: open registration, PKCE, JWT access tokens for one
 * resource each, refresh tokens that rotate.
 *
 * @param port tells the cookies of several servers on one host name apart: cookies ignore ports
 */
export function providerConfiguration(
  policy: AuthorizationPolicy,
  signingKeys: SigningKeys,
  port: number,
  errors: typeof import('oidc-provider').errors,
): Configuration {
  const scopes = Object.keys(policy.scopes);

  const resourceServerInfo = (_context: Context, resource: string) => {
    if (!policy.resources().includes(resource)) throw new errors.InvalidTarget(`${resource} is not served here`);
    return {
      scope: scopes.join(' '),
      accessTokenFormat: 'jwt',
      jwt: { sign: { alg: ACCESS_TOKEN_ALG } },
    };
  };

  return {
    adapter: createMemoryAdapters(),
    jwks: signingKeys,
    scopes: ['openid', ...scopes],
    responseTypes: ['code'],
    pkce: { required: () => true },
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post'],
    clientBasedCORS: () => true,
    clientDefaults: {
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
      id_token_signed_response_alg: ACCESS_TOKEN_ALG,
      ...(policy.binding === 'required' && { dpop_bound_access_tokens: true }),
    },
    ...(policy.dpopAlgorithms && { enabledJWA: { dPoPSigningAlgValues: [...policy.dpopAlgorithms] } }),
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      registration: { enabled: true, issueRegistrationAccessToken: false },
      pushedAuthorizationRequests: { enabled: true },
      revocation: { enabled: true, allowedPolicy: ownTokensOnly },
      introspection: { enabled: true, allowedPolicy: ownTokensOnly },
      dPoP: {
        enabled: policy.binding !== 'none',
        requireNonce: () => policy.nonces,
        ...(policy.nonces && { nonceSecret: randomBytes(32) }),
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_context: Context, _client: Client, oneOf?: string[]) => oneOf ?? soleResource(policy),
        useGrantedResource: () => true,
        getResourceServerInfo: resourceServerInfo,
      },
    },
    issueRefreshToken: (_context: Context, client: Client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    expiresWithSession: () => false,
    ttl: {
      AccessToken: policy.accessTokenTtl,
      AuthorizationCode: 60,
      Grant: 14 * DAY,
      IdToken: 60 * 60,
      Interaction: 60 * 60,
      RefreshToken: policy.refreshTokenTtl,
      Session: DAY,
    },
    cookies: {
      names: { session: `session_${port}`, interaction: `interaction_${port}`, resume: `resume_${port}` },
    },
    interactions: { url: (_context: Context, interaction: Interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_context: Context, sub: string) => ({ accountId: sub, claims: () => ({ sub }) }),
    renderError: (context: Context, out: { error: string; error_description?: string }) => {
      context.state.refused = out;
      context.type = 'html';
      context.body = errorPage(languageOf(context), out.error, out.error_description);
    },
  };
}

/** An older client names no resource at all. With a single one there is nothing to guess. */
function soleResource(policy: AuthorizationPolicy): string | undefined {
  const [only, ...others] = policy.resources();
  return others.length === 0 ? only : undefined;
}

function ownTokensOnly(_context: Context, client: Client, token: { clientId: string }): boolean {
  return token.clientId === client.clientId;
}
