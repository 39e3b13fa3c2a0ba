import { randomBytes } from 'node:crypto';

export interface NoncePolicy {
  /** How long a nonce is good for, in milliseconds. */
  readonly lifetime: number;
  /** A new one with every reply; otherwise a new one when the current is half spent. */
  readonly rotateEveryResponse: boolean;
  /** A nonce is good for one proof. */
  readonly singleUse?: boolean;
}

/** The DPoP nonces of a resource server (RFC 9449 §9). Several are good at once, so that parallel requests work. */
export class Nonces {
  readonly #policy: NoncePolicy;
  /** In milliseconds since the epoch, soonest first. */
  readonly #expiries = new Map<string, number>();
  #current: string | undefined;

  constructor(policy: NoncePolicy) {
    this.#policy = policy;
  }

  isValid(nonce: unknown, now: number): boolean {
    if (typeof nonce !== 'string' || (this.#expiries.get(nonce) ?? 0) <= now) return false;
    if (this.#policy.singleUse) this.#expiries.delete(nonce);
    return true;
  }

  /** The nonce that the next proof should carry. */
  next(now: number): string {
    const remaining = (this.#expiries.get(this.#current ?? '') ?? 0) - now;
    if (this.#current === undefined || this.#policy.rotateEveryResponse || remaining < this.#policy.lifetime / 2) {
      this.#forgetExpired(now);
      this.#current = randomBytes(16).toString('base64url');
      this.#expiries.set(this.#current, now + this.#policy.lifetime);
    }
    return this.#current;
  }

  /** Stops accepting every nonce given out so far. */
  expireAll(): void {
    this.#expiries.clear();
    this.#current = undefined;
  }

  #forgetExpired(now: number): void {
    for (const [nonce, expiry] of this.#expiries) {
      if (expiry > now) break;
      this.#expiries.delete(nonce);
    }
  }
}
