/**
 * A cookie session that the browser, not Holdfast, binds to a key of the device (Device Bound Session Credentials), as its
 * server's response headers told. It holds no challenge and no cookie.
 */
export interface CookieSession {
  /** The origin that answered. */
  readonly server: string;
  /** When it was registered, in milliseconds since the epoch; undefined when only a challenge was seen. */
  readonly registeredAt?: number | undefined;
  /** When the server last asked for a proof of the key. */
  readonly challengedAt?: number | undefined;
  readonly algorithms: readonly string[];
  /** Where the browser registers the key. */
  readonly path?: string | undefined;
}
