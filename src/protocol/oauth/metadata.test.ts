import { describe, expect, test } from 'vitest';
import { originsOf, readAuthorizationServer, readProtectedResource } from './metadata.ts';

const METADATA = {
  issuer: 'https://as.example',
  authorization_endpoint: 'https://as.example/authorize',
  token_endpoint: 'https://tokens.example/token',
  dpop_signing_alg_values_supported: ['ES256'],
};
const reply = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
const read = (body: unknown, status?: number) =>
  readAuthorizationServer(['https://as.example', 'https://as.example/'], reply(body, status));

describe('readAuthorizationServer', () => {
  test('reads what Holdfast needs', async () => {
    const server = await read(METADATA);
    expect(server).toMatchObject({
      issuer: 'https://as.example',
      tokenEndpoint: 'https://tokens.example/token',
      dpopSigningAlgorithms: ['ES256'],
    });
    expect(originsOf(server)).toEqual(['https://as.example', 'https://tokens.example']);
  });

  test.each([
    ['is so by default', {}, true],
    ['is so where it is listed', { token_endpoint_auth_methods_supported: ['none', 'client_secret_basic'] }, true],
    ['is not where others are', { token_endpoint_auth_methods_supported: ['none', 'client_secret_post'] }, false],
  ])('that a server takes a client’s secret by HTTP Basic %s', async (_, members, takesBasic) => {
    expect((await read({ ...METADATA, ...members })).takesBasic).toBe(takesBasic);
  });

  test('a server that says nothing of DPoP supports no algorithm', async () => {
    const { dpop_signing_alg_values_supported: _, ...plain } = METADATA;
    expect((await read(plain)).dpopSigningAlgorithms).toEqual([]);
  });

  test.each([
    [
      'another issuer and no token endpoint',
      { ...METADATA, issuer: 'https://evil.example', token_endpoint: undefined },
    ],
    ['no token endpoint', { ...METADATA, token_endpoint: undefined }],
    ['a token endpoint without TLS', { ...METADATA, token_endpoint: 'http://as.example/token' }],
    ['a token endpoint of another scheme', { ...METADATA, token_endpoint: 'javascript:alert(1)' }],
    ['algorithms that are no list', { ...METADATA, dpop_signing_alg_values_supported: 'ES256' }],
    ['a token endpoint that is a pattern of Chrome’s', { ...METADATA, token_endpoint: 'https://as.example/*/token' }],
    ['a query that is one', { ...METADATA, authorization_endpoint: 'https://as.example/auth?tenant=*' }],
    ['a list', [METADATA]],
    ['nothing', null],
  ])('refuses %s', async (_, body) => {
    await expect(read(body)).rejects.toMatchObject({ code: 'metadata_invalid' });
  });

  test.each(['https://evil.example', 'https://as.example/tenant'])(
    'refuses the issuer %s, and says that this is all that is wrong',
    async (issuer) => {
      await expect(read({ ...METADATA, issuer })).rejects.toMatchObject({
        code: 'issuer_mismatch',
        tokenEndpoint: METADATA.token_endpoint,
      });
    },
  );

  test('refuses an error page', async () => {
    await expect(read(METADATA, 404)).rejects.toMatchObject({ code: 'metadata_invalid' });
  });

  test('lets a loopback server do without TLS', async () => {
    const local = { ...METADATA, issuer: 'http://as.localhost:7001', token_endpoint: 'http://as.localhost:7001/token' };
    const server = await readAuthorizationServer(['http://as.localhost:7001'], reply(local));
    expect(server.issuer).toBe('http://as.localhost:7001');
  });
});

test('readProtectedResource refuses metadata of another resource', async () => {
  const body = { resource: 'https://other.example/mcp', authorization_servers: ['https://as.example'] };
  await expect(readProtectedResource('https://mcp.example/mcp', reply(body))).rejects.toMatchObject({
    code: 'metadata_invalid',
  });
});
