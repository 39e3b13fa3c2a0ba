import { hasLiteralHost } from '../http/host.ts';

/** The members of a request to a token endpoint that Holdfast reads (RFC 6749 §4 and §6, RFC 7636 §4.5, RFC 8707 §2.2). */
export interface TokenRequest {
  readonly grantType: string | undefined;
  readonly clientId: string | undefined;
  readonly codeVerifier: string | undefined;
  readonly refreshToken: string | undefined;
  /** The first of them. */
  readonly resource: string | undefined;
  /** There may be several (RFC 8707 §2). */
  readonly resources: readonly string[];
  readonly scope: string | undefined;
}

/**
 * The longest `client_id`, `scope` and `resource` that are kept, in UTF-16 code units. They are shown, and a page chooses
 * them: what is longer is as good as none.
 */
const LONGEST = 2048;

/** Headers of a page's token request that Holdfast may send on. But for the last, the page could send them without a CORS preflight. */
export const FORWARDED: ReadonlySet<string> = new Set(['accept', 'accept-language', 'authorization']);

/**
 * The form that a page sends: urlencoded (RFC 6749 §4.1.3), or as JSON, which some servers take as well. JSON with a member
 * that holds more than one value is no such form.
 */
export function readForm(body: string): URLSearchParams {
  const members = membersOf(body);
  if (!members) return new URLSearchParams(body);
  const isFlat = members.every(([, value]) => Object(value) !== value);
  return new URLSearchParams(isFlat ? members.map(([name, value]) => [name, String(value ?? '')]) : []);
}

/** The members of a JSON object. Undefined for any other text. */
function membersOf(body: string): [string, unknown][] | undefined {
  try {
    return body.trimStart().startsWith('{') ? Object.entries(JSON.parse(body)) : undefined;
  } catch {
    return undefined;
  }
}

/** The members of a token request; the client may name itself in HTTP Basic instead (RFC 6749 §2.3.1). */
export function readTokenRequest(form: URLSearchParams, authorization: string | undefined): TokenRequest {
  const member = (name: string): string | undefined => form.get(name) || undefined;
  const shown = (value: string | undefined): string | undefined =>
    value === undefined || value.length > LONGEST ? undefined : value;
  return {
    grantType: member('grant_type'),
    clientId: shown(member('client_id') ?? basicUser(authorization)),
    codeVerifier: member('code_verifier'),
    refreshToken: member('refresh_token'),
    resource: member('resource'),
    resources: form.getAll('resource').filter(Boolean),
    scope: shown(member('scope')),
  };
}

/** What a refresh may say (RFC 6749 §2.3.1, §6; RFC 7521 §4.2; RFC 8707 §2.2). Other members could widen the grant. */
const REFRESH_MEMBERS = new Set([
  ...['grant_type', 'refresh_token', 'scope', 'resource'],
  ...['client_id', 'client_secret', 'client_assertion', 'client_assertion_type'],
]);

/** A client's refresh with another refresh token, and without what no refresh needs. */
export function refreshWith(refreshToken: string, form: URLSearchParams): URLSearchParams {
  const kept = new URLSearchParams([...form].filter(([name]) => REFRESH_MEMBERS.has(name)));
  kept.set('refresh_token', refreshToken);
  return kept;
}

/** A resource that requests can be made to (RFC 8707 §2); any other value is as good as none. */
export function resourceIn(value: string | undefined): string | undefined {
  if (value === undefined || value.length > LONGEST || !URL.canParse(value)) return undefined;
  return /^https?:/i.test(value) && hasLiteralHost(value) ? value : undefined;
}

function basicUser(authorization: string | undefined): string | undefined {
  const credentials = /^basic +([\w+/=-]+)$/i.exec(authorization ?? '')?.[1];
  if (credentials === undefined) return undefined;
  try {
    const user = atob(credentials).split(':')[0];
    return user ? new URLSearchParams(`user=${user}`).get('user') || undefined : undefined;
  } catch {
    return undefined; // not base64: whatever it is, it names no client
  }
}
