const AUTHORIZATION_SERVER = '/.well-known/oauth-authorization-server';
const OPENID = '/.well-known/openid-configuration';
const PROTECTED_RESOURCE = '/.well-known/oauth-protected-resource';

/**
 * The issuers whose metadata may stand at this URL. A terminating slash of the issuer is not visible in the URL
 * (RFC 8414 §3.1), so both spellings come back, without the slash first.
 */
export function issuersOf(metadataUrl: string): string[] {
  const { origin, pathname } = new URL(metadataUrl);
  const path =
    after(pathname, AUTHORIZATION_SERVER) ??
    after(pathname, OPENID) ??
    (pathname.endsWith(OPENID) ? pathname.slice(0, -OPENID.length) : undefined);
  return path === undefined ? [] : [origin + path, `${origin}${path}/`];
}

/** Whether this is metadata of OAuth (RFC 8414 §3.1), and not of OpenID Connect alone. */
export function isOAuthMetadataUrl(url: string): boolean {
  return new URL(url).pathname.includes(AUTHORIZATION_SERVER);
}

/** The resource whose metadata stand at this URL (RFC 9728 §3.1). */
export function resourceOfMetadataUrl(metadataUrl: string): string | undefined {
  const { origin, pathname, search } = new URL(metadataUrl);
  const path = after(pathname, PROTECTED_RESOURCE);
  return path === undefined ? undefined : origin + path + search;
}

/**
 * Where an issuer's metadata may stand, in the order in which MCP clients look.
 *
 * @see RFC 8414 §3.1 and §5; OpenID Connect Discovery §4; MCP authorization (2025-11-25), "Authorization Server Metadata Discovery"
 */
export function metadataUrlsOf(issuer: string): string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  return [...new Set([origin + AUTHORIZATION_SERVER + path, origin + OPENID + path, origin + path + OPENID])];
}

/** The metadata URL of a protected resource (RFC 9728 §3.1). */
export function resourceMetadataUrl(resource: string): string {
  const { origin, pathname, search } = new URL(resource);
  return origin + PROTECTED_RESOURCE + (pathname === '/' ? '' : pathname) + search;
}

function after(pathname: string, prefix: string): string | undefined {
  if (!pathname.startsWith(prefix)) return undefined;
  const rest = pathname.slice(prefix.length);
  return rest === '' || rest === '/' ? '' : rest.startsWith('/') ? rest.replace(/\/$/, '') : undefined;
}
