import { type Handle, handlesIn, mentionsHandle, type Presented } from '../model/handle.ts';
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

/** What leaves the page, by a request or otherwise. */
export type Sent = Pick<Read, 'url' | 'body'> & Partial<Pick<Read, 'headers'>>;

/** What a request of the page is to Holdfast. Most are nothing to it. */
export type Found =
  | ({ readonly kind: 'prove'; readonly mcp: boolean } & Presented)
  | { readonly kind: 'discover'; readonly url: string }
  | { readonly kind: 'resource'; readonly url: string }
  | Form
  /** `typed`: its URL, where it has a key or a token of the page's own. */
  | { readonly kind: 'mcp'; readonly typed: string | undefined };

/** A form that may be OAuth's. */
export interface Form {
  readonly kind: 'form';
  /** Urlencoded, where it is plainly visible. */
  readonly body: string | undefined;
  /** What the request is if the form is none of OAuth's. */
  readonly found: Found | undefined;
}

/** Metadata of an authorization server (RFC 8414 §3.1, OpenID Connect Discovery §4), or of a resource (RFC 9728 §3.1). */
const METADATA =
  /\/\.well-known\/(?:(oauth-authorization-server|openid-configuration)|oauth-protected-resource)(?:[/?#]|$)/;

/** Decides synchronously, without a message to the background. */
export function recognise(read: Read, natives: Natives): Found | undefined {
  const found = besidesForms(read, natives);
  const body = fieldsOf(read.body);
  const isForm = read.method === 'POST' && (body ? isOAuthText(body) : mayBeOAuth(read.headers, read.body));
  return isForm ? { kind: 'form', body, found } : found;
}

function besidesForms({ method, url, headers }: Read, natives: Natives): Found | undefined {
  const presented = natives.presented(headers);
  const mcp = !!headers.get('accept')?.includes('text/event-stream');
  if (presented) return { kind: 'prove', mcp, ...presented };
  const metadata = method === 'GET' && METADATA.exec(url);
  if (metadata) return { kind: metadata[1] ? 'discover' : 'resource', url: natives.absolute(url) };
  const isTyped = headers.has('authorization') || headers.has('x-api-key');
  return mcp ? { kind: 'mcp', typed: isTyped ? natives.absolute(url) : undefined } : undefined;
}

function fieldsOf(body: unknown): string | undefined {
  const isForm = body instanceof URLSearchParams || (body instanceof FormData && body.has('grant_type'));
  return isForm ? String(new URLSearchParams(body as URLSearchParams)) : undefined;
}

/** Whether a body may be for a token, revocation, introspection or PAR endpoint; also where only reading it would tell. */
export function mayBeOAuth(headers: Headers, body: unknown): boolean {
  const [type, isJson] = /^application\/(?:(json)|x-www-)/i.exec(headers.get('content-type') ?? '') ?? [];
  if (!type || (isJson && body instanceof ReadableStream)) return false; // a stream may stay open
  return typeof body !== 'string' || (isJson ? JSON_GRANT.test(body) : isOAuthText(body));
}

/** A member of the whole, before any that holds more than a text: most JSON is told after a few characters. */
const JSON_GRANT = /^\s*{[^{[]*?"grant_type"\s*:/;

function isOAuthText(text: string): boolean {
  return /(?:^|&)(?:grant_type|code_challenge|token_type_hint)=/.test(text) || mentionsHandle(text);
}

/** The handles in what leaves: in its address, its header fields, and the beginning of a body that is text or a form. */
export function handlesOf({ url, headers, body }: Sent): Handle[] {
  const isForm = body instanceof URLSearchParams || body instanceof FormData;
  const text = isForm ? [...body].join() : typeof body === 'string' ? body : '';
  return handlesIn([url, ...(headers?.values() ?? []), text.slice(0, LONGEST_BODY)].join());
}
