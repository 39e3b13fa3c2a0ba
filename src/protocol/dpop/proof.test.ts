import { calculateJwkThumbprint, decodeProtectedHeader, EmbeddedJWK, jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import { ALGORITHMS } from './algorithm.ts';
import { ath } from './ath.ts';
import { generateProofKey, type PublicJwk, thumbprint } from './key.ts';
import { createProof } from './proof.ts';

// RFC 9449 §4.1 and §7.1, and RFC 7638 §3.1: the specifications' own example values.
const RFC9449_KEY = {
  kty: 'EC',
  x: 'l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs',
  y: '9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA',
  crv: 'P-256',
};
const RFC9449_TOKEN = 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU';
const RFC7638_KEY: PublicJwk = {
  kty: 'RSA',
  n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
  e: 'AQAB',
};

describe('thumbprint', () => {
  test('is that of the example of RFC 7638 §3.1', async () => {
    expect(await thumbprint(RFC7638_KEY)).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
  });

  test('is the jkt of the example of RFC 9449 §6.1', async () => {
    expect(await thumbprint(RFC9449_KEY)).toBe('0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I');
  });
});

test('ath is that of the example of RFC 9449 §7.1', async () => {
  expect(await ath(RFC9449_TOKEN)).toBe('fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo');
});

describe('a proof', () => {
  const now = 1_562_262_618_999;
  const moment = { now, jti: '-BwC3ESc6acc2lTc' };

  test.each(ALGORITHMS)(
    'with %s verifies under the key that it names, and its private half cannot be exported',
    async (algorithm) => {
      const key = await generateProofKey(algorithm);
      const proof = await createProof(key, { method: 'POST', url: 'https://server.example.com/token' }, moment);
      const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, { currentDate: new Date(now) });
      expect(protectedHeader).toEqual({ typ: 'dpop+jwt', alg: algorithm, jwk: key.publicJwk });
      expect(payload).toEqual({
        jti: '-BwC3ESc6acc2lTc',
        htm: 'POST',
        htu: 'https://server.example.com/token',
        iat: 1_562_262_618,
      });
      expect(await calculateJwkThumbprint(key.publicJwk)).toBe(key.thumbprint);
      await expect(crypto.subtle.exportKey('jwk', key.privateKey)).rejects.toThrow();
      await expect(crypto.subtle.exportKey('pkcs8', key.privateKey)).rejects.toThrow();
    },
  );

  test('names no private member of its key', async () => {
    const key = await generateProofKey('ES256');
    const proof = await createProof(key, { method: 'GET', url: 'https://a.example/' }, moment);
    expect(Object.keys(decodeProtectedHeader(proof).jwk ?? {}).sort()).toEqual(['crv', 'kty', 'x', 'y']);
  });

  test('carries ath over the access token, and the nonce, when there are any', async () => {
    const key = await generateProofKey('ES256');
    const subject = {
      method: 'GET',
      url: 'https://resource.example.org/protectedresource',
      accessToken: RFC9449_TOKEN,
      nonce: 'n-1',
    };
    const { payload } = await jwtVerify(await createProof(key, subject, moment), EmbeddedJWK, {
      currentDate: new Date(now),
    });
    expect(payload.ath).toBe('fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo');
    expect(payload.nonce).toBe('n-1');
  });

  test('is never ahead of the clock that it was made by', async () => {
    const key = await generateProofKey('ES256');
    const { payload } = await jwtVerify(
      await createProof(key, { method: 'GET', url: 'https://a.example/' }, moment),
      EmbeddedJWK,
      {
        currentDate: new Date(now),
      },
    );
    expect(Number(payload.iat) * 1000).toBeLessThanOrEqual(now);
  });
});
