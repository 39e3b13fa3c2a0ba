import type { AuthorizationServer } from './authorization-server.ts';
import type { Binding } from './binding.ts';
import { type Handler, type Intercept, type LoopbackServer, listenOnLoopback, withIntercept } from './loopback.ts';
import { AccessControl } from './resource/access.ts';
import { corsHeaders } from './resource/cors.ts';
import { createNotebookEndpoint } from './resource/endpoint.ts';
import { Gate } from './resource/gate.ts';
import { type IncomingAccess, type ResourceServerEntry, readRequest } from './resource/log.ts';
import { resourceMetadata } from './resource/metadata.ts';
import { Nonces } from './resource/nonces.ts';
import { SCOPES } from './resource/scopes.ts';
import type { Weak } from './resource/weakness.ts';
import { webHandler } from './web-handler.ts';

export type { ResourceServerEntry } from './resource/log.ts';

export interface ResourceServerOptions {
  /** Speaks as `http://<name>.localhost`. Default `mcp`. */
  readonly name?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default `/mcp`. */
  readonly path?: string;
  readonly authorizationServer: Pick<AuthorizationServer, 'issuer' | 'jwksUri'>;
  readonly binding: Binding;
  /** Whether every proof has to carry a nonce (RFC 9449 §9). Default true. */
  readonly nonces?: boolean;
  /** Milliseconds. Default five minutes. */
  readonly nonceLifetime?: number;
  /** A new nonce with every reply to a proof. Default false. */
  readonly rotateEveryResponse?: boolean;
  /** A nonce is good for one proof. Default false. */
  readonly singleUseNonces?: boolean;
  /** How far a proof's `iat` may be from this server's clock, in seconds. Default 60. */
  readonly proofLifetime?: number;
  /** Accepted in proofs. Default ES256, Ed25519, EdDSA, RS256, PS256. */
  readonly dpopAlgorithms?: readonly string[];
  /** Advertised. Default: those of the notebook's tools. */
  readonly scopes?: readonly string[];
  /** Comes in without a token, as a bearer token or in `X-API-Key`. Default: none does. */
  readonly apiKey?: string;
  /** Whether pages may send `DPoP` and read `DPoP-Nonce` (CORS). Default false, as with any server. */
  readonly corsAllowsDpop?: boolean;
  /** Whether a client of the 2025 protocol may resume a stream that was cut (`Last-Event-ID`). Default false. */
  readonly resumable?: boolean;
  /** Makes it a deliberately weak server, for the drill to find. Default: none. */
  readonly weak?: Weak;
  /** Lets a test delay, break or replace a reply. */
  readonly intercept?: Intercept;
}

export interface ResourceServer extends LoopbackServer {
  /** The canonical URI (RFC 8707), also the MCP endpoint. */
  readonly resource: string;
  /** Every request, oldest first. */
  readonly log: readonly ResourceServerEntry[];
  /** Stops accepting every nonce given out so far. */
  expireNonces(): void;
  /** Refuses every access token that it took so far, as expired; it takes those that are issued from now on. */
  endTokens(): void;
  /** Says something on the GET stream of every MCP session of the 2025 protocol. */
  notify(data: string): Promise<void>;
  /** Ends every MCP session of the 2025 protocol: to its client it does not exist any more. */
  endSessions(): Promise<void>;
}

/**
 * Starts the notebook as an MCP server over Streamable HTTP, for both protocol eras, behind access tokens and, as
 * `binding` says, DPoP (RFC 9449).
 */
export async function startResourceServer(options: ResourceServerOptions): Promise<ResourceServer> {
  const { binding, authorizationServer, path = '/mcp' } = options;
  const log: ResourceServerEntry[] = [];
  const algorithms = options.dpopAlgorithms ?? ['ES256', 'Ed25519', 'EdDSA', 'RS256', 'PS256'];
  const scopes = options.scopes ?? Object.keys(SCOPES);
  const cors = Object.entries(corsHeaders(options.corsAllowsDpop ?? false));
  const notebook = createNotebookEndpoint(options.resumable ?? false);
  const nonces =
    (options.nonces ?? true) && binding !== 'none'
      ? new Nonces({
          lifetime: options.nonceLifetime ?? 5 * 60_000,
          rotateEveryResponse: options.rotateEveryResponse ?? false,
          singleUse: options.singleUseNonces ?? false,
        })
      : undefined;

  let access: AccessControl | undefined;

  const makeHandler = (origin: string): Handler => {
    const resource = `${origin}${path}`;
    const metadataPath = '/.well-known/oauth-protected-resource';
    const metadata = resourceMetadata(resource, authorizationServer.issuer, scopes, binding, algorithms);
    const policy = {
      issuer: authorizationServer.issuer,
      jwksUri: authorizationServer.jwksUri,
      resource,
      algorithms,
      proofLifetime: options.proofLifetime ?? 60,
      nonces,
    };
    access = new AccessControl(binding, policy, options.weak, options.apiKey);
    const gate = new Gate(notebook, access, nonces, {
      binding,
      resourceMetadata: `${origin}${metadataPath}${path}`,
      scope: scopes.join(' '),
      dpopAlgorithms: algorithms,
    });

    const answer = async (
      request: Request,
      entry: ResourceServerEntry,
      incoming: IncomingAccess,
    ): Promise<Response> => {
      if (request.method === 'OPTIONS') return new Response(null, { status: 204 });
      if (entry.path === path) return gate.serve(request, resource, entry, incoming);
      if (entry.path === metadataPath || entry.path === `${metadataPath}${path}`) return Response.json(metadata);
      return new Response(null, { status: 404 });
    };

    return (request, response) => {
      const { entry, incoming } = readRequest(request);
      log.push(entry);
      response.once('close', () => {
        if (response.headersSent) entry.status = response.statusCode;
      });
      const serve = webHandler(async (webRequest) => {
        const reply = await answer(webRequest, entry, incoming);
        entry.status = reply.status;
        for (const [name, value] of cors) reply.headers.set(name, value);
        const authorization = webRequest.headers.get('authorization');
        if (authorization && options.weak?.has('repeatsToken')) reply.headers.set('x-debug', authorization);
        return reply;
      });
      return withIntercept(options.intercept, serve)(request, response);
    };
  };

  const server = await listenOnLoopback(options.name ?? 'mcp', options.port ?? 0, makeHandler);
  return {
    ...server,
    resource: `${server.origin}${path}`,
    log,
    expireNonces: () => nonces?.expireAll(),
    endTokens: () => access?.endTokens(),
    notify: (data) => notebook.notify(data),
    endSessions: () => notebook.endSessions(),
    async close() {
      await notebook.close();
      await server.close();
    },
  };
}
