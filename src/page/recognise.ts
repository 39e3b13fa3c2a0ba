import { mentionsHandle, type Presented } from '../messages/handle.ts';
import { LONGEST_BODY } from '../messages/limits.ts';
import type { Natives } from './natives.ts';

/** A request of the page, as far as it can be read without consuming it. */
export interface Read {
  readonly method: string;
  readonly url: string;
  readonly header: (name: string) => string | null;
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

/** Tells by what is at hand, at once and without asking anybody. */
export function recognise({ method, url, header, body }: Read, natives: Natives): Found | undefined {
  const authorization = header('authorization');
  const found = authorization ? natives.presented(authorization) : undefined;
  const mcp = !!header('accept')?.includes('text/event-stream');
  if (found) return { kind: 'prove', mcp, ...found };
  const metadata = method === 'GET' ? METADATA.exec(url) : null;
  if (metadata) {
    const named = natives.absolute(url);
    return metadata[1] ? { kind: 'discover', url: named } : { kind: 'resource', url: named };
  }
  if (method === 'POST' && isOAuthForm(header, body)) return { kind: 'form' };
  return mcp ? { kind: 'mcp' } : undefined;
}

function isOAuthForm(header: Read['header'], body: unknown): boolean {
  if (body instanceof URLSearchParams) return isOAuthText(body.toString());
  if (!header('content-type')?.toLowerCase().startsWith('application/x-www-form-urlencoded')) return false;
  return typeof body === 'string' ? isOAuthText(body) : true;
}

/** Whether a form may be for a token, revocation, introspection or PAR endpoint. */
export function isOAuthText(text: string): boolean {
  if (text.length > LONGEST_BODY) return false;
  return /(?:^|&)(?:grant_type|code_challenge)=/.test(text) || mentionsHandle(text);
}
