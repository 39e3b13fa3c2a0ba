import type { PageReply } from '../messages/page.ts';
import type { Natives } from './natives.ts';

export const CHALLENGE = 'www-authenticate';
export const NONCE = 'dpop-nonce';

/** A header field's value, if script may read it. */
export const fieldOf = ({ headers }: Response, name: string): string | undefined => headers.get(name) ?? undefined;

type Answer = Extract<PageReply, { kind: 'answer' }>;

/** The Response that a request to `url` would have had. */
export function responseOf({ status, body, headers }: Answer, url: string, natives: Natives): Response {
  return showing(new natives.Response(body || null, { status, headers: [...headers] }), { url, type: 'cors' });
}

/** The same response, whose challenge reads differently; everything else of it stays the native one. */
export function withChallenge(response: Response, challenge: string, natives: Natives): Response {
  const headers = new natives.Headers(response.headers);
  headers.set(CHALLENGE, challenge);
  return showing(response, { headers });
}

/** The response, and each clone of it, with these members in place of its own. */
export function showing(response: Response, members: Partial<Response>): Response {
  const clone = response.clone.bind(response);
  return Object.defineProperties(response, {
    ...Object.fromEntries(Object.entries(members).map(([name, value]) => [name, { value }])),
    clone: { value: () => showing(clone(), members) },
  });
}
