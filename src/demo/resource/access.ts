import type { AuthInfo } from '@modelcontextprotocol/server';
import { createRemoteJWKSet, customFetch, errors, type JWTPayload, jwtVerify } from 'jose';
import type { Binding } from '../binding.ts';
import { loopbackFetch } from '../loopback-fetch.ts';
import type { IncomingAccess } from './log.ts';
import { ProofCheck, type ProofPolicy } from './proof-check.ts';
import { Refusal } from './refusal.ts';
import { SCOPES } from './scopes.ts';
import { WeakProofCheck } from './weak-proof-check.ts';
import type { Weak } from './weakness.ts';

type TokenClaims = JWTPayload & { readonly cnf?: { readonly jkt?: string }; readonly scope?: string };

const NO_PROOF = 'Proof of possession required: this token is bound to a key (cnf.jkt) and no DPoP proof was sent.';

/** Decides who may come in. */
export class AccessControl {
  readonly #binding: Binding;
  readonly #policy: ProofPolicy;
  readonly #proofs: ProofCheck;
  readonly #weak: Weak | undefined;
  readonly #weakProofs: WeakProofCheck | undefined;
  readonly #keys: ReturnType<typeof createRemoteJWKSet>;
  /** The `jti` of each access token that came in. */
  readonly #taken = new Set<string>();
  #ended: ReadonlySet<string> = new Set();

  readonly #apiKey: string | undefined;

  /** @param weak what a deliberately weak server does not look at; undefined for one that looks at everything */
  constructor(binding: Binding, policy: ProofPolicy, weak?: Weak, apiKey?: string) {
    this.#apiKey = apiKey;
    this.#binding = binding;
    this.#policy = policy;
    this.#proofs = new ProofCheck(policy);
    this.#weak = weak;
    this.#weakProofs = weak && new WeakProofCheck(policy, weak);
    this.#keys = createRemoteJWKSet(new URL(policy.jwksUri), { [customFetch]: loopbackFetch });
  }

  /** Refuses each access token that was taken so far, as if its time were over. */
  endTokens(): void {
    this.#ended = new Set(this.#taken);
  }

  /**
   * @param target the request's method, and its URL by the server's own name
   * @param now milliseconds since the epoch
   * @throws {Refusal}
   */
  async verify(
    { credentials, proofFields, proof, apiKey }: IncomingAccess,
    target: { readonly method: string; readonly url: string },
    now: number,
  ): Promise<AuthInfo> {
    const { scheme, token } = credentials;
    if (this.#apiKey !== undefined && (apiKey ?? token) === this.#apiKey) {
      return this.#admit(this.#apiKey, { sub: 'Ada', client_id: 'key', scope: Object.keys(SCOPES).join(' ') });
    }
    if (!scheme || (scheme === 'DPoP' && this.#binding === 'none')) {
      throw new Refusal(undefined, 'This server needs an access token.');
    }
    const claims = await this.#verifyToken(token);
    const jkt = claims.cnf?.jkt;

    if (scheme === 'Bearer') {
      this.#refuseBearer(jkt);
    } else {
      if (!jkt)
        throw new Refusal('invalid_token', 'This token is bound to no key (cnf.jkt): a proof says nothing of it.');
      const [field] = proofFields;
      if (field === undefined && this.#weak?.has('noProof')) return this.#admit(token, claims);
      if (field === undefined || !proof) throw new Refusal('invalid_dpop_proof', NO_PROOF);
      // A server that may become weak is strict until it is.
      if (this.#weakProofs && this.#weak?.size) {
        await this.#weakProofs.verify(field, { token, jkt, now, ...target });
        return this.#admit(token, claims);
      }
      if (proofFields.length > 1 || field.includes(','))
        throw new Refusal('invalid_dpop_proof', 'The request has more than one proof.');
      const headers = { authorization: `DPoP ${token}`, dpop: field };
      await this.#proofs.verify(new Request(target.url, { method: target.method, headers }), proof, jkt, now);
    }

    return this.#admit(token, claims);
  }

  #admit(token: string, claims: TokenClaims): AuthInfo {
    return {
      token,
      clientId: String(claims.client_id),
      scopes: claims.scope?.split(' ') ?? [],
      ...(claims.exp !== undefined && { expiresAt: claims.exp }),
      resource: new URL(this.#policy.resource),
      extra: { sub: claims.sub },
    };
  }

  async #verifyToken(token: string): Promise<TokenClaims> {
    try {
      const { payload } = await jwtVerify<TokenClaims>(token, this.#keys, {
        issuer: this.#policy.issuer,
        audience: this.#policy.resource,
        typ: 'at+jwt',
        requiredClaims: ['sub', 'exp', 'iat', 'jti', 'client_id'],
        ...(this.#weak?.has('expired') && { clockTolerance: '1 day' }),
      });
      const id = String(payload.jti);
      if (this.#ended.has(id)) throw new errors.JWTExpired('its time was ended', payload);
      this.#taken.add(id);
      return payload;
    } catch (error) {
      throw explain(error);
    }
  }

  /** RFC 9449 §7.2: a bound token is not a bearer token. A server that knows no DPoP does not look. */
  #refuseBearer(jkt: string | undefined): void {
    if (this.#binding === 'none' || this.#weak?.has('bearer')) return;
    if (jkt) throw new Refusal('invalid_token', NO_PROOF);
    if (this.#binding === 'required') {
      throw new Refusal(
        'invalid_token',
        'Proof of possession required: this server takes only tokens that are bound to a key (cnf.jkt).',
      );
    }
  }
}

function explain(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return new Refusal('invalid_token', 'The access token has expired.');
  if (error instanceof errors.JWTClaimValidationFailed) {
    return new Refusal('invalid_token', `The access token is not for this server (${error.claim}).`);
  }
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSNoMatchingKey) {
    return new Refusal('invalid_token', 'The access token is not signed by the authorization server.');
  }
  if (error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout)) {
    return new Refusal('invalid_token', 'This is not an access token of the authorization server: it is not a JWT.');
  }
  return error;
}
