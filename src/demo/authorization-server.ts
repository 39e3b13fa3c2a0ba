import { readFile } from 'node:fs/promises';
import type { Context } from 'oidc-provider';
import { type AuthorizationPolicy, providerConfiguration } from './authorization/configuration.ts';
import { importOidcProvider } from './authorization/import-provider.ts';
import { interactions } from './authorization/interactions.ts';
import { type AuthorizationServerEntry, AuthorizationServerLog, type IssuedSecrets } from './authorization/log.ts';
import { answerRegistrationCors } from './authorization/registration-cors.ts';
import { loadSigningKeys } from './authorization/signing-keys.ts';
import { type Handler, type Intercept, type LoopbackServer, listenOnLoopback, withIntercept } from './loopback.ts';

export type { AuthorizationServerEndpoint, AuthorizationServerEntry, IssuedSecrets } from './authorization/log.ts';

export interface AuthorizationServerOptions extends Partial<AuthorizationPolicy> {
  /** Speaks as `http://<name>.localhost`. Default `auth`. */
  readonly name?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  readonly binding: AuthorizationPolicy['binding'];
  readonly resources: AuthorizationPolicy['resources'];
  readonly scopes: AuthorizationPolicy['scopes'];
  /** Where to keep the signing keys across restarts. Default: nowhere. */
  readonly signingKeysFile?: string;
  /** Who signs in and allows everything at once, without being shown a page; undefined for nobody. Default: nobody. */
  readonly approves?: () => string | undefined;
  /** Lets a test delay, break or replace a reply. */
  readonly intercept?: Intercept;
}

export interface AuthorizationServer extends LoopbackServer {
  readonly issuer: string;
  readonly jwksUri: string;
  /** Every request, oldest first. */
  readonly log: readonly AuthorizationServerEntry[];
  /** Every secret that was given out, oldest first. */
  readonly issued: IssuedSecrets;
}

/**
 * Starts an authorization server for agents in browsers: OAuth 2.1 with open registration (RFC 7591), PKCE, PAR
 * (RFC 9126), resource indicators (RFC 8707), revocation (RFC 7009), introspection (RFC 7662), `iss` in replies
 * (RFC 9207), and DPoP (RFC 9449) as `binding` says.
 */
export async function startAuthorizationServer(options: AuthorizationServerOptions): Promise<AuthorizationServer> {
  const policy: AuthorizationPolicy = {
    binding: options.binding,
    nonces: options.nonces ?? true,
    dpopAlgorithms: options.dpopAlgorithms,
    accessTokenTtl: options.accessTokenTtl ?? 60 * 60,
    refreshTokenTtl: options.refreshTokenTtl ?? 14 * 24 * 60 * 60,
    resources: options.resources,
    scopes: options.scopes,
  };
  const log = new AuthorizationServerLog();
  const signingKeys = await loadSigningKeys(options.signingKeysFile);
  const { Provider, errors } = await importOidcProvider();
  const style = await loadStyle();

  const makeHandler = (origin: string): Handler => {
    const provider = new Provider(
      origin,
      providerConfiguration(policy, signingKeys, Number(new URL(origin).port), errors),
    );
    provider.on('grant.error', giveReason);
    provider.use(log.middleware);
    provider.use(interactions(provider, policy.scopes, options.approves));
    const answer = provider.callback();

    const handle = withIntercept(options.intercept, (request, response) => {
      if (answerRegistrationCors(request, response)) return;
      if (request.url === '/style.css') {
        response.writeHead(200, { 'content-type': 'text/css; charset=utf-8' }).end(style);
        return;
      }
      return answer(request, response);
    });
    return (request, response) => {
      log.begin(request, response);
      return handle(request, response);
    };
  };

  const server = await listenOnLoopback(options.name ?? 'auth', options.port ?? 0, makeHandler);
  return {
    ...server,
    issuer: server.origin,
    jwksUri: `${server.origin}/jwks`,
    log: log.entries,
    issued: log.issued,
  };
}

/** oidc-provider keeps the reason for a refused grant to itself; on a stage, it should be heard. */
function giveReason(context: Context, { error_detail: reason }: { error_detail?: string }): void {
  const reply = context.body as { error_description?: string };
  if (reason) reply.error_description = `${reply.error_description}: ${reason}`;
}

async function loadStyle(): Promise<string> {
  const files = ['look/tokens.css', 'authorization/pages.css'];
  return (await Promise.all(files.map((file) => readFile(new URL(file, import.meta.url), 'utf8')))).join('\n');
}
