import { decode, encode } from 'jose/base64url';
import type { PasskeyView } from '../../model/lock.ts';

/** A passkey that has answered, and the secret that its PRF gave, base64url. */
export interface Answered {
  readonly passkey: PasskeyView;
  readonly secret: string;
}

/**
 * `dismissed`: no answer; the browser does not say whether the person declined or the passkey is gone. `no_prf`: the
 * authenticator does not have the extension. `failed`: something else.
 */
export type PasskeyFailure = 'dismissed' | 'no_prf' | 'failed';

export class PasskeyError extends Error {
  override readonly name = 'PasskeyError';

  constructor(readonly reason: PasskeyFailure) {
    super(reason);
  }
}

/** How long the browser waits for the person, in milliseconds. */
const TIMEOUT = 120_000;

/** ES256, Ed25519 and RS256 (RFC 9053): what authenticators have. The key pair itself is not used. */
const ALGORITHMS = [-7, -8, -257];

/** Makes a passkey and asks its PRF (WebAuthn §10.1.4): at once, or in a second step where the authenticator wants one. */
export async function createPasskey(name: string): Promise<Answered> {
  const salt = crypto.getRandomValues(new Uint8Array(32));
  const credential = await given(
    navigator.credentials.create({
      publicKey: {
        rp: { name: 'Holdfast' },
        user: { id: crypto.getRandomValues(new Uint8Array(16)), name, displayName: name },
        challenge: crypto.getRandomValues(new Uint8Array(32)),
        pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
        authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
        timeout: TIMEOUT,
        extensions: { prf: { eval: { first: salt } } },
      },
    }),
  );
  const passkey = { credentialId: encode(new Uint8Array(credential.rawId)), salt: encode(salt) };
  const { prf } = credential.getClientExtensionResults();
  const first = prf?.results?.first;
  if (first) return { passkey, secret: textOf(first) };
  if (!prf?.enabled) throw new PasskeyError('no_prf');
  return { passkey, secret: await askPasskey(passkey) };
}

/** Asks the passkey for the secret that it gave when it was made. */
export async function askPasskey({ credentialId, salt }: PasskeyView): Promise<string> {
  const credential = await given(
    navigator.credentials.get({
      publicKey: {
        challenge: crypto.getRandomValues(new Uint8Array(32)),
        allowCredentials: [{ type: 'public-key', id: new Uint8Array(decode(credentialId)) }],
        userVerification: 'required',
        timeout: TIMEOUT,
        extensions: { prf: { eval: { first: new Uint8Array(decode(salt)) } } },
      },
    }),
  );
  const first = credential.getClientExtensionResults().prf?.results?.first;
  if (!first) throw new PasskeyError('no_prf');
  return textOf(first);
}

async function given(asked: Promise<Credential | null>): Promise<PublicKeyCredential> {
  const credential = await asked.catch((error: unknown) => {
    const dismissed = error instanceof DOMException && error.name === 'NotAllowedError';
    throw new PasskeyError(dismissed ? 'dismissed' : 'failed');
  });
  if (credential instanceof PublicKeyCredential) return credential;
  throw new PasskeyError('failed');
}

function textOf(secret: BufferSource): string {
  return encode(
    secret instanceof ArrayBuffer
      ? new Uint8Array(secret)
      : new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength),
  );
}
