import { describe, expect, test } from 'vitest';
import { dpopChallenge, relabelAsBearer } from './challenge.ts';

test('the DPoP challenge is found wherever it stands', () => {
  expect(dpopChallenge('Bearer realm="x", DPoP error="use_dpop_nonce"')?.parameters.error).toBe('use_dpop_nonce');
  expect(dpopChallenge('dpop error=invalid_token')?.parameters.error).toBe('invalid_token');
  expect(dpopChallenge('Bearer error="DPoP"')).toBeUndefined();
  expect(dpopChallenge(null)).toBeUndefined();
});

describe('relabelAsBearer', () => {
  test('puts a DPoP-only challenge into the words of RFC 6750', () => {
    const field =
      'DPoP error="invalid_token", algs="ES256", resource_metadata="https://mcp.example/.well-known/oauth-protected-resource", scope="a b"';
    expect(relabelAsBearer(field)).toBe(
      'Bearer error="invalid_token", resource_metadata="https://mcp.example/.well-known/oauth-protected-resource", scope="a b"',
    );
  });

  test('puts it first, and keeps the others', () => {
    expect(relabelAsBearer('Basic realm="x", DPoP error="invalid_token"')).toBe(
      'Bearer error="invalid_token", basic realm="x"',
    );
  });

  test.each(['Bearer error="invalid_token"', 'DPoP algs="ES256", Bearer', 'Basic realm="x"', '', null])(
    'leaves %s alone',
    (field) => {
      expect(relabelAsBearer(field)).toBeUndefined();
    },
  );
});
