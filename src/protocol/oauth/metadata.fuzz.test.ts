import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HoldfastError } from '../error.ts';
import { cases, hostileBody, MANY } from '../hostile.fixture.ts';
import { hasLiteralHost } from '../http/host.ts';
import { isSecureTransport } from './loopback.ts';
import { originsOf, readAuthorizationServer, readProtectedResource } from './metadata.ts';

const ISSUER = 'https://as.example';
const METADATA = {
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/authorize`,
  token_endpoint: `${ISSUER}/token`,
  revocation_endpoint: `${ISSUER}/revoke`,
  introspection_endpoint: `${ISSUER}/introspect`,
  pushed_authorization_request_endpoint: `${ISSUER}/par`,
  dpop_signing_alg_values_supported: ['ES256'],
};
const RESOURCE = 'https://mcp.example/mcp';
const RESOURCE_METADATA = {
  resource: RESOURCE,
  authorization_servers: [ISSUER],
  dpop_signing_alg_values_supported: ['ES256'],
};

const replyOf = (body: string) => new Response(body, { headers: { 'content-type': 'application/json' } });

/** The decoded value; undefined when it was refused in our own words, as it has to be. */
async function orRefused<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    expect(error).toBeInstanceOf(HoldfastError);
    expect(error).toMatchObject({ code: expect.stringMatching(/^(metadata_invalid|issuer_mismatch)$/) });
    return undefined;
  }
}

test(
  'whatever a server says of itself is refused with a code, or names secure and literal hosts only',
  MANY,
  async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(hostileBody(METADATA), async (body) => {
        const server = await orRefused(readAuthorizationServer([ISSUER, `${ISSUER}/`], replyOf(body)));
        if (!server) return;
        accepted += 1;
        for (const origin of originsOf(server)) {
          expect(isSecureTransport(origin) && hasLiteralHost(origin)).toBe(true);
          expect(new URL(origin).origin).toBe(origin);
        }
        expect(server.issuer).toMatch(/^https:\/\/as\.example\/?$/);
        expect(new URL(server.tokenEndpoint).href).toBe(server.tokenEndpoint);
        expect(server.tokenEndpoint).not.toMatch(/[#*^|]/);
        for (const algorithm of server.dpopSigningAlgorithms) expect(typeof algorithm).toBe('string');
      }),
      cases(1_500),
    );
    expect(accepted).toBeGreaterThan(50);
  },
);

test(
  'whatever a resource says of itself is refused with a code, or names secure servers, eight at most',
  MANY,
  async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(hostileBody(RESOURCE_METADATA), async (body) => {
        const resource = await orRefused(readProtectedResource(RESOURCE, replyOf(body)));
        if (!resource) return;
        accepted += 1;
        expect(resource.resource).toBe(RESOURCE);
        expect(resource.authorizationServers.every(isSecureTransport)).toBe(true);
      }),
      cases(1_000),
    );
    expect(accepted).toBeGreaterThan(50);
    const many = {
      ...RESOURCE_METADATA,
      authorization_servers: Array.from({ length: 1_000 }, (_, n) => `${ISSUER}/${n}`),
    };
    expect((await readProtectedResource(RESOURCE, replyOf(JSON.stringify(many)))).authorizationServers).toHaveLength(8);
  },
);

test('an endpoint is known as requests to it will name it, however its server spells it', async () => {
  const spelled = { ...METADATA, token_endpoint: 'https://AS.example:443/a/../token' };
  const server = await readAuthorizationServer([ISSUER], replyOf(JSON.stringify(spelled)));
  expect(server.tokenEndpoint).toBe(new Request('https://as.example/token').url);
});

test.each([
  ['a host that is a pattern for every host', 'https://*/token'],
  ['a host that is a pattern for a domain', 'https://*.example/token'],
  ['no URL', 'not a url'],
  ['a password', 'https://a:b@as.example/token'],
  ['a fragment', `${ISSUER}/token#x`],
  ['more than 8 kB', `${ISSUER}/${'a'.repeat(8192)}`],
])('an endpoint with %s is refused', async (_, endpoint) => {
  const body = JSON.stringify({ ...METADATA, token_endpoint: endpoint });
  await expect(readAuthorizationServer([ISSUER], replyOf(body))).rejects.toMatchObject({ code: 'metadata_invalid' });
});
