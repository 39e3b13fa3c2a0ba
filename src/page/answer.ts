import type { PageReply } from '../messages/page.ts';
import type { Natives } from './natives.ts';

export const CHALLENGE = 'www-authenticate';

type Answer = Extract<PageReply, { kind: 'answer' }>;

/** The error that `fetch` gives when a server cannot be reached. */
export const unreachable = (): TypeError => new TypeError('Failed to fetch');

/** The Response that a request to `url` would have had. */
export function responseOf({ status, body, headers }: Answer, url: string, natives: Natives): Response {
  const response = new natives.Response(body || null, { status, headers: headers.map(([...pair]) => pair) });
  return Object.defineProperties(response, { url: { value: url }, type: { value: 'cors' } });
}

/** The same response, whose challenge reads differently; everything else of it stays the native one. */
export function withChallenge(response: Response, challenge: string, natives: Natives): Response {
  const headers = new natives.Headers(response.headers);
  headers.set(CHALLENGE, challenge);
  const clone = response.clone.bind(response);
  return Object.defineProperties(response, {
    headers: { value: headers },
    clone: { value: () => withChallenge(clone(), challenge, natives) },
  });
}
