import * as v from 'valibot';
import { isSameResource } from '../protocol/mcp/resource.ts';
import type { AuthorizationServer } from '../protocol/oauth/metadata.ts';
import { resourceIn } from '../protocol/oauth/token-request.ts';
import { list, Time, Url } from './fields.ts';
import type { Origin } from './origin.ts';

/** An authorization server by the name that its validated metadata gives it (RFC 8414 §2). */
export const Issuer = v.pipe(Url, v.brand('Issuer'));
export type Issuer = v.InferOutput<typeof Issuer>;

/** The canonical URI of an MCP server (RFC 8707 §2; MCP authorization, "Canonical Server URI"). */
export const Resource = v.pipe(Url, v.brand('Resource'));
export type Resource = v.InferOutput<typeof Resource>;

/** The issuer of a server whose metadata was validated. */
export const issuerOf = ({ issuer }: AuthorizationServer): Issuer => issuer as Issuer;

/** A resource that requests can be made to; any other value is as good as none. */
export const resourceOf = (value: string | undefined): Resource | undefined =>
  resourceIn(value) as Resource | undefined;

/** The resource that stands at a URL, without its query: for a client that named none. */
export function resourceAt(url: string): Resource {
  const { origin, pathname } = new URL(url);
  return (origin + pathname) as Resource;
}

/** An authorization server whose metadata was validated (RFC 8414 §2, RFC 9126 §5, RFC 9449 §5.1). */
export const KnownServer = v.pipe(
  v.object({
    issuer: Issuer,
    tokenEndpoint: Url,
    authorizationEndpoint: v.optional(Url),
    revocationEndpoint: v.optional(Url),
    introspectionEndpoint: v.optional(Url),
    pushedAuthorizationRequestEndpoint: v.optional(Url),
    dpopSigningAlgorithms: list(v.string()),
    /** A record of before says nothing of it: the metadata's own default (RFC 8414 §2). */
    takesBasic: v.optional(v.boolean(), true),
    metadataUrl: Url,
    checkedAt: Time,
  }),
  v.readonly(),
);
export type KnownServer = v.InferOutput<typeof KnownServer>;

/**
 * The authorization server that stands at the origin of an MCP server and has no metadata, where MCP clients look for it.
 *
 * @see MCP authorization (2025-03-26), "Fallbacks for Servers without Metadata Discovery"
 */
export const serverWithoutMetadata = (origin: Origin, metadataUrl: string, now: number): KnownServer => ({
  issuer: origin as string as Issuer,
  tokenEndpoint: `${origin}/token`,
  authorizationEndpoint: `${origin}/authorize`,
  revocationEndpoint: undefined,
  introspectionEndpoint: undefined,
  pushedAuthorizationRequestEndpoint: undefined,
  dpopSigningAlgorithms: [],
  takesBasic: true,
  metadataUrl,
  checkedAt: now,
});

/**
 * Whether a URL is an endpoint of the server's own: what a client does there is between the two. Many servers take an address with
 * and without a slash at its end for the same.
 */
export function isEndpointOf(server: KnownServer, url: string): boolean {
  const endpoints = [
    server.tokenEndpoint,
    server.authorizationEndpoint,
    server.revocationEndpoint,
    server.introspectionEndpoint,
    server.pushedAuthorizationRequestEndpoint,
  ];
  return endpoints.some((endpoint) => endpoint !== undefined && isSameResource(resourceAt(endpoint), resourceAt(url)));
}
