import type { RequestAttempt } from '../../model/drill.ts';
import { FORGERIES } from '../../protocol/dpop/forged-proof.ts';
import type { ProofKey } from '../../protocol/dpop/key.ts';
import { createProof } from '../../protocol/dpop/proof.ts';

/** What a thief may have in hands, and what is the session's own. */
export interface Materials {
  readonly key: ProofKey;
  readonly otherKey: ProofKey;
  readonly accessToken: string;
  /** An expired token; undefined when there is none. */
  readonly expiredToken: string | undefined;
  readonly url: string;
  /** Default `POST`. */
  readonly method?: 'POST' | 'DELETE';
  /** The nonce that this server gave last. */
  readonly nonce: string | undefined;
  /** The proof with which the control was let in. */
  readonly usedProof: string | undefined;
  /** Milliseconds, as the server counts them. */
  readonly now: number;
  /** When the access token expires, on the same clock; undefined where the server did not say so. */
  readonly expiresAt: number | undefined;
  readonly random: () => string;
}

/** The credentials of one request. */
export interface Credentials {
  readonly authorization: string;
  readonly proof?: string;
  /** The nonce in the proof. */
  readonly nonce?: string | undefined;
}

/** How far a proof is out of its time, in milliseconds: more than any server allows for clocks that differ. */
const OUT_OF_TIME = 60 * 60_000;

/** A token whose end is not known has ended by then, in milliseconds from now. */
const LONGEST_LIFE = 10 * 365 * 24 * 60 * 60_000;

/** A method that no server knows. */
const NO_METHOD = 'DRILL';

/**
 * The credentials of an attempt: all is right with them but for the one thing that it tries. What a server refuses may stand in
 * its log: none of them is of use to whoever reads it there later.
 */
export async function forge(attempt: RequestAttempt, materials: Materials): Promise<Credentials> {
  const { key, otherKey, accessToken, method = 'POST', url, nonce, now, random } = materials;
  const right = { method, url, accessToken, nonce };
  const moment = () => ({ now, jti: random() });
  const authorization = `DPoP ${accessToken}`;
  const withProof = async (proof: Promise<string>): Promise<Credentials> => ({
    authorization,
    proof: await proof,
    nonce,
  });
  switch (attempt) {
    case 'bearer':
      return { authorization: `Bearer ${accessToken}` };
    case 'noProof':
      return { authorization };
    case 'otherKey':
      return withProof(createProof(otherKey, right, moment()));
    case 'wrongMethod':
      return withProof(createProof(key, { ...right, method: NO_METHOD }, moment()));
    case 'wrongUrl':
      return withProof(createProof(key, { ...right, url: neighbour(url, random()) }, moment()));
    case 'wrongToken':
      return withProof(createProof(key, { ...right, accessToken: random() }, moment()));
    case 'noAth':
      return withProof(createProof(key, { ...right, accessToken: undefined }, moment()));
    case 'replayed':
      return { authorization, proof: materials.usedProof ?? (await createProof(key, right, moment())) };
    case 'stale':
      return withProof(createProof(key, right, { ...moment(), now: now - OUT_OF_TIME }));
    case 'future':
      return withProof(createProof(key, right, { ...moment(), now: afterTheEnd(materials) }));
    case 'noNonce':
      return { authorization, proof: await createProof(key, { ...right, nonce: undefined }, moment()) };
    case 'wrongNonce':
      return { authorization, proof: await createProof(key, { ...right, nonce: random() }, moment()) };
    case 'unsigned':
    case 'symmetric':
    case 'wrongType':
      return withProof(FORGERIES[attempt](key, right, moment()));
    case 'twoProofs': {
      const [one, two] = await Promise.all([createProof(key, right, moment()), createProof(key, right, moment())]);
      return withProof(Promise.resolve(`${one}, ${two}`));
    }
    case 'expired': {
      const token = materials.expiredToken ?? accessToken;
      const proof = await createProof(key, { ...right, accessToken: token }, moment());
      return { authorization: `DPoP ${token}`, proof, nonce };
    }
    case 'control':
    case 'controlAgain':
      return withProof(createProof(key, right, moment()));
  }
}

/** A time at which its token has expired: a proof for a time before that would come to be good. */
function afterTheEnd({ now, expiresAt = now + LONGEST_LIFE }: Materials): number {
  return Math.max(now, expiresAt) + OUT_OF_TIME;
}

/** Another URL on the same server, where nothing is: one that compares origins only does not tell them apart. */
function neighbour(url: string, name: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname.replace(/\/$/, '')}/${name}`;
}
