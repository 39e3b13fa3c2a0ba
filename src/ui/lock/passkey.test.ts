import { encode } from 'jose/base64url';
import { afterEach, expect, test, vi } from 'vitest';
import { askPasskey } from './passkey.ts';

class Credential {
  constructor(readonly first: BufferSource) {}
  getClientExtensionResults = () => ({ prf: { results: { first: this.first } } });
}

afterEach(() => vi.unstubAllGlobals());

test('the secret is what the passkey gave, and nothing of the memory around it', async () => {
  const around = crypto.getRandomValues(new Uint8Array(96));
  const secret = new Uint8Array(around.buffer, 32, 32);
  vi.stubGlobal('PublicKeyCredential', Credential);
  for (const first of [secret, secret.slice().buffer, new DataView(around.buffer, 32, 32)]) {
    vi.stubGlobal('navigator', { credentials: { get: async () => new Credential(first) } });
    expect(await askPasskey({ credentialId: 'AA', salt: 'AA' })).toBe(encode(secret));
  }
});
