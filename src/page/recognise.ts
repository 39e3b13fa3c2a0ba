import { mentionsHandle, type Presented } from '../model/handle.ts';
import { LONGEST_BODY } from '../model/quotas.ts';
import type { Natives } from './natives.ts';

/** A request of the page, as far as it can be read without consuming it. */
export interface Read {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  /** The body where it is plainly visible; undefined for none, and for a Request's. */
  readonly body: unknown;
}

/** What a request of the page is to Holdfast. Most are nothing to it. */
export type Found =
  | ({ readonly kind: 'prove'; readonly mcp: boolean } & Presented)
  | { readonly kind: 'discover'; readonly url: string }
  | { readonly kind: 'resource'; readonly url: string }
  | { readonly kind: 'form' }
  | { readonly kind: 'mcp' };

/** Metadata of an authorization server (RFC 8414 §3.1, OpenID Connect Discovery §4), or of a resource (RFC 9728 §3.1). */
const METADATA =
  /\/\.well-known\/(?:(oauth-authorization-server|openid-configuration)|oauth-protected-resource)(?:[/?#]|$)/;

/** Decides synchronously, without a message to the background. */
export function recognise({ method, url, headers, body }: Read, natives: Natives): Found | undefined {
  if (method === 'POST' && isOAuthForm(headers, body)) return { kind: 'form' };
  const presented = natives.presented(headers);
  const mcp = !!headers.get('accept')?.includes('text/event-stream');
  if (presented) return { kind: 'prove', mcp, ...presented };
  const metadata = method === 'GET' && METADATA.exec(url);
  if (metadata) return { kind: metadata[1] ? 'discover' : 'resource', url: natives.absolute(url) };
  return mcp ? { kind: 'mcp' } : undefined;
}

function isOAuthForm(headers: Headers, body: unknown): boolean {
  if (body instanceof URLSearchParams) return isOAuthText(body.toString());
  if (!/^application\/x-www-form-urlencoded/i.test(headers.get('content-type') ?? '')) return false;
  return typeof body !== 'string' || isOAuthText(body);
}

/** Whether a form may be for a token, revocation, introspection or PAR endpoint. */
export function isOAuthText(text: string): boolean {
  return text.length <= LONGEST_BODY && (/(?:^|&)(?:grant_type|code_challenge)=/.test(text) || mentionsHandle(text));
}
