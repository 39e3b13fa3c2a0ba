import { processDiscoveryResponse, processResourceDiscoveryResponse } from 'oauth4webapi';
import * as v from 'valibot';
import { HoldfastError } from '../error.ts';
import { isSecureTransport } from './loopback.ts';

/** What Holdfast needs of an authorization server's metadata (RFC 8414 §2, RFC 9126 §5, RFC 9449 §5.1). */
export interface AuthorizationServer {
  readonly issuer: string;
  readonly tokenEndpoint: string;
  readonly authorizationEndpoint?: string | undefined;
  readonly revocationEndpoint?: string | undefined;
  readonly introspectionEndpoint?: string | undefined;
  readonly pushedAuthorizationRequestEndpoint?: string | undefined;
  /** `dpop_signing_alg_values_supported`; empty when the server says nothing of DPoP. */
  readonly dpopSigningAlgorithms: readonly string[];
  /** Whether `token_endpoint_auth_methods_supported` lists `client_secret_basic`, which is its default. */
  readonly takesBasic: boolean;
}

/** Metadata that is sound, but for its `issuer`: it is none that its address can have been made from (RFC 8414 §3.3). */
export class IssuerMismatch extends HoldfastError {
  constructor({ issuer, tokenEndpoint }: AuthorizationServer) {
    super('issuer_mismatch', `The metadata names the issuer ${issuer}, which is not the one of its address.`);
    this.tokenEndpoint = tokenEndpoint;
  }

  readonly tokenEndpoint: string;
}

/** What Holdfast needs of a protected resource's metadata (RFC 9728 §2). */
export interface ProtectedResource {
  readonly resource: string;
  readonly authorizationServers: readonly string[];
  /** Undefined when the resource does not say; then every algorithm of the authorization server's is tried. */
  readonly dpopSigningAlgorithms?: readonly string[] | undefined;
  /** `dpop_bound_access_tokens_required` */
  readonly requiresDpop: boolean;
}

/** The longest URL that metadata may name, and the most authorization servers that a resource is asked for. */
const LIMITS = { url: 8192, servers: 8 } as const;

const isSecureUrl = (url: string): boolean => URL.canParse(url) && isSecureTransport(url);

const SecureUrl = v.pipe(
  v.string('a URL must be a string'),
  v.maxLength(LIMITS.url, `a URL may have ${LIMITS.url} characters`),
  v.check(isSecureUrl, 'a URL must be https, or on this machine'),
);

/** As requests to it will name it: normalised, and without a fragment (RFC 6749 §3.1 and §3.2). */
const Endpoint = v.pipe(
  SecureUrl,
  v.transform((url) => new URL(url)),
  v.check(
    ({ hash, username, password }) => !hash && !username && !password,
    'an endpoint has no fragment, and no user',
  ),
  v.check(({ pathname, search }) => !/[*^|]/.test(pathname + search), 'an endpoint holds none of * ^ |'),
  v.transform(({ href }) => href),
);

/** HTTP Basic authentication of a client (RFC 6749 §2.3.1). */
const BASIC = 'client_secret_basic';

const AuthorizationServerMetadata = v.object({
  issuer: SecureUrl,
  token_endpoint: Endpoint,
  authorization_endpoint: v.optional(Endpoint),
  revocation_endpoint: v.optional(Endpoint),
  introspection_endpoint: v.optional(Endpoint),
  pushed_authorization_request_endpoint: v.optional(Endpoint),
  dpop_signing_alg_values_supported: v.optional(v.array(v.string()), []),
  token_endpoint_auth_methods_supported: v.optional(v.array(v.string()), [BASIC]),
});

const ProtectedResourceMetadata = v.object({
  resource: SecureUrl,
  authorization_servers: v.optional(v.array(v.string()), []),
  dpop_signing_alg_values_supported: v.optional(v.array(v.string())),
  dpop_bound_access_tokens_required: v.optional(v.boolean(), false),
});

/**
 * Validates an authorization server's metadata: its `issuer` must be one of those that the URL can have been made from.
 *
 * @param issuers the candidates, see `issuersOf`
 * @throws HoldfastError `metadata_invalid`, `issuer_mismatch`
 * @see RFC 8414 §3.3
 */
export async function readAuthorizationServer(
  issuers: readonly string[],
  reply: Response,
): Promise<AuthorizationServer> {
  const copy = reply.clone();
  try {
    return await readAs(issuers, reply);
  } catch (error) {
    const misnamed = await readAsItself(copy).catch(() => undefined);
    throw misnamed && !issuers.includes(misnamed.issuer) ? new IssuerMismatch(misnamed) : error;
  }
}

/** Metadata as if they stood where their own `issuer` says. */
async function readAsItself(reply: Response): Promise<AuthorizationServer> {
  const { issuer } = v.parse(v.object({ issuer: SecureUrl }), await reply.clone().json());
  return readAs([issuer], reply);
}

async function readAs(issuers: readonly string[], reply: Response): Promise<AuthorizationServer> {
  const metadata = await firstValid(issuers, (issuer) => processDiscoveryResponse(new URL(issuer), reply.clone()));
  const decoded = decode(AuthorizationServerMetadata, metadata);
  return {
    issuer: decoded.issuer,
    tokenEndpoint: decoded.token_endpoint,
    authorizationEndpoint: decoded.authorization_endpoint,
    revocationEndpoint: decoded.revocation_endpoint,
    introspectionEndpoint: decoded.introspection_endpoint,
    pushedAuthorizationRequestEndpoint: decoded.pushed_authorization_request_endpoint,
    dpopSigningAlgorithms: decoded.dpop_signing_alg_values_supported,
    takesBasic: decoded.token_endpoint_auth_methods_supported.includes(BASIC),
  };
}

/**
 * Validates a protected resource's metadata against the resource identifier that it was asked for.
 *
 * @throws HoldfastError `metadata_invalid`
 * @see RFC 9728 §3.3
 */
export async function readProtectedResource(resource: string, reply: Response): Promise<ProtectedResource> {
  const metadata = await firstValid([resource], (expected) =>
    processResourceDiscoveryResponse(new URL(expected), reply),
  );
  const decoded = decode(ProtectedResourceMetadata, metadata);
  return {
    resource: decoded.resource,
    authorizationServers: decoded.authorization_servers.filter(isSecureUrl).slice(0, LIMITS.servers),
    dpopSigningAlgorithms: decoded.dpop_signing_alg_values_supported,
    requiresDpop: decoded.dpop_bound_access_tokens_required,
  };
}

/** Every origin that Holdfast talks to, or navigates through, for this authorization server. */
export function originsOf(server: AuthorizationServer): string[] {
  const urls = [
    server.issuer,
    server.tokenEndpoint,
    server.authorizationEndpoint,
    server.revocationEndpoint,
    server.introspectionEndpoint,
    server.pushedAuthorizationRequestEndpoint,
  ];
  return [...new Set(urls.filter((url) => url !== undefined).map((url) => new URL(url).origin))];
}

async function firstValid<T>(candidates: readonly string[], process: (candidate: string) => Promise<T>): Promise<T> {
  let refusal: unknown = 'the URL names no issuer';
  for (const candidate of candidates) {
    try {
      return await process(candidate);
    } catch (error) {
      refusal = error;
    }
  }
  throw new HoldfastError('metadata_invalid', `The metadata was refused: ${String(refusal)}`, { cause: refusal });
}

function decode<Schema extends v.GenericSchema>(schema: Schema, metadata: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, metadata);
  if (result.success) return result.output;
  throw new HoldfastError('metadata_invalid', `The metadata was refused: ${result.issues[0].message}`);
}
