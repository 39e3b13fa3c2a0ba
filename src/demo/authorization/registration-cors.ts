import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * CORS for `/reg`: oidc-provider has it on every endpoint for browser clients but this one.
 *
 * @returns whether the request was a preflight and is answered
 */
export function answerRegistrationCors(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.url !== '/reg') return false;
  response.setHeader('access-control-allow-origin', request.headers.origin ?? '*');
  response.setHeader('vary', 'Origin');
  if (request.method !== 'OPTIONS') return false;
  response
    .writeHead(204, { 'access-control-allow-methods': 'POST', 'access-control-allow-headers': 'content-type, accept' })
    .end();
  return true;
}
