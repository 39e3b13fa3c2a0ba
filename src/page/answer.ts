import type { PageReply } from '../messages/page.ts';
import { relabelAsBearer } from '../protocol/dpop/challenge.ts';
import type { Natives } from './natives.ts';

type Answer = Extract<PageReply, { kind: 'answer' }>;

/** The error that `fetch` gives when a server cannot be reached. */
export const unreachable = (): TypeError => new TypeError('Failed to fetch');

/** The Response that a request to `url` would have had. */
export function responseOf({ status, body, headers }: Answer, url: string, natives: Natives): Response {
  const nullBody = status === 204 || status === 205 || status === 304;
  const response = new natives.Response(nullBody ? null : body, { status, headers: headers.map(([...pair]) => pair) });
  return Object.defineProperties(response, { url: { value: url }, type: { value: 'cors' } });
}

/**
 * A refusal whose only challenge is DPoP reads as a Bearer challenge to a page that speaks Bearer. Everything else of the
 * response stays the native one.
 */
export function inBearerWords(response: Response, natives: Natives): Response {
  if (response.status !== 401 && response.status !== 403) return response;
  const relabelled = relabelAsBearer(response.headers.get('www-authenticate'));
  if (relabelled === undefined) return response;
  const headers = new natives.Headers(response.headers);
  headers.set('www-authenticate', relabelled);
  const clone = response.clone.bind(response);
  return Object.defineProperties(response, {
    headers: { value: headers },
    clone: { value: () => inBearerWords(clone(), natives) },
  });
}
