import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context, Middleware } from 'oidc-provider';
import { decodeWireProof, proofFields, type WireProof } from '../wire-proof.ts';

/** What a request was sent to. */
export type AuthorizationServerEndpoint =
  | 'metadata'
  | 'jwks'
  | 'registration'
  | 'authorization'
  | 'par'
  | 'token'
  | 'revocation'
  | 'introspection'
  | 'other';

/** One request as the authorization server saw it on the wire. Holds no token, code or verifier. */
export interface AuthorizationServerEntry {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly endpoint: AuthorizationServerEndpoint;
  readonly method: string;
  readonly path: string;
  /** The `Origin` header. */
  readonly origin: string | undefined;
  /** How many `DPoP` fields came. */
  readonly proofs: number;
  /** The first of them, decoded. */
  readonly proof: WireProof | undefined;
  /** 0 until answered. */
  status: number;
  clientId?: string;
  grantType?: string;
  resource?: string;
  /** RFC 9449 §10, of authorization requests and PAR. */
  dpopJkt?: string;
  /** RFC 7636 §4.3, of authorization requests and PAR. */
  codeChallenge?: string;
  error?: string;
  errorDescription?: string;
}

/** The real values that an authorization server gave out, or was given: what must be written down nowhere. */
export interface IssuedSecrets {
  readonly accessTokens: string[];
  readonly refreshTokens: string[];
  readonly codes: string[];
  /** Those that redeemed a code: made by the client, and as secret. */
  readonly verifiers: string[];
}

const ENDPOINTS: Readonly<Record<string, AuthorizationServerEndpoint>> = {
  '/jwks': 'jwks',
  '/reg': 'registration',
  '/auth': 'authorization',
  '/request': 'par',
  '/token': 'token',
  '/token/revocation': 'revocation',
  '/token/introspection': 'introspection',
};

function endpointOf(path: string): AuthorizationServerEndpoint {
  if (path.startsWith('/.well-known/')) return 'metadata';
  if (path.startsWith('/auth/')) return 'authorization';
  return ENDPOINTS[path] ?? 'other';
}

/** Writes down every request, and every secret that is issued. */
export class AuthorizationServerLog {
  readonly entries: AuthorizationServerEntry[] = [];
  readonly issued: IssuedSecrets = { accessTokens: [], refreshTokens: [], codes: [], verifiers: [] };
  readonly #open = new WeakMap<IncomingMessage, AuthorizationServerEntry>();

  /** Starts the entry of a request; its status follows with the reply, whoever sends it. */
  begin(request: IncomingMessage, response: ServerResponse): void {
    const [path = '/'] = (request.url ?? '/').split('?');
    const fields = proofFields(request);
    const entry: AuthorizationServerEntry = {
      time: Date.now(),
      endpoint: endpointOf(path),
      method: request.method ?? 'GET',
      path,
      origin: request.headers.origin,
      proofs: fields.length,
      proof: decodeWireProof(fields),
      status: 0,
    };
    this.entries.push(entry);
    this.#open.set(request, entry);
    response.once('close', () => {
      if (response.headersSent) entry.status = response.statusCode;
    });
  }

  /** Completes entries with what the provider understood and answered. */
  readonly middleware: Middleware = async (context, next) => {
    await next();
    const entry = this.#open.get(context.req);
    if (!entry) return;
    entry.status = context.status;

    const params = context.oidc?.params ?? {};
    assignStrings(entry, {
      clientId: context.oidc?.client?.clientId,
      grantType: params.grant_type,
      resource: params.resource,
      dpopJkt: params.dpop_jkt,
      codeChallenge: params.code_challenge,
    });

    const location = redirectParams(context);
    const body = isRecord(context.body) ? context.body : (context.state.refused ?? {});
    assignStrings(entry, {
      error: body.error ?? location?.get('error'),
      errorDescription: body.error_description ?? location?.get('error_description'),
    });
    if (typeof body.access_token === 'string') this.issued.accessTokens.push(body.access_token);
    if (typeof body.refresh_token === 'string') this.issued.refreshTokens.push(body.refresh_token);
    const code = location?.get('code');
    if (code) this.issued.codes.push(code);
    if (typeof params.code_verifier === 'string') this.issued.verifiers.push(params.code_verifier);
  };
}

type Details = Pick<
  AuthorizationServerEntry,
  'clientId' | 'grantType' | 'resource' | 'dpopJkt' | 'codeChallenge' | 'error' | 'errorDescription'
>;

function assignStrings(entry: Details, values: Readonly<Partial<Record<keyof Details, unknown>>>): void {
  for (const name of Object.keys(values) as (keyof Details)[]) {
    const value = values[name];
    if (typeof value === 'string') entry[name] = value;
  }
}

function redirectParams(context: Context): URLSearchParams | undefined {
  const location = context.response.get('location');
  return URL.canParse(location) ? new URL(location).searchParams : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
