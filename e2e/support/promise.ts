import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Intercept } from '../../src/demo/loopback.ts';

/** Answers a request for metadata (RFC 8414) in the server's place; `members` are what it says beside its endpoints. */
export function answerMetadata(
  { method, url, headers }: IncomingMessage,
  response: ServerResponse,
  members: Readonly<Record<string, unknown>>,
): boolean {
  if (!url?.includes('/.well-known/') || method !== 'GET') return false;
  const origin = `http://${headers.host}`;
  response.writeHead(200, { 'content-type': 'application/json', 'access-control-allow-origin': '*' }).end(
    JSON.stringify({
      issuer: origin,
      authorization_endpoint: `${origin}/auth`,
      token_endpoint: `${origin}/token`,
      registration_endpoint: `${origin}/reg`,
      revocation_endpoint: `${origin}/token/revocation`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      ...members,
    }),
  );
  return true;
}

/** An authorization server whose metadata promise DPoP, whatever it answers afterwards. */
export const promiseDpop: Intercept = (request, response) =>
  answerMetadata(request, response, { dpop_signing_alg_values_supported: ['ES256'] });
