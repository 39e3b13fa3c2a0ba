/** How many idle minutes pass before Holdfast locks itself; the first is the default. */
export const IDLE_MINUTES = [15, 5, 60] as const;
export type IdleMinutes = (typeof IDLE_MINUTES)[number];

/** Where the vault is locked and unlocked, and the size of its window in CSS pixels. */
export const LOCK_PAGE = { path: 'src/ui/lock/index.html', width: 520, height: 600 } as const;

/** Which passkey opens the vault, and what it is asked for (WebAuthn §10.1.4, PRF). No secret. */
export interface PasskeyView {
  /** base64url */
  readonly credentialId: string;
  /** The PRF's input, base64url. */
  readonly salt: string;
}

/** The vault's state, as people see it. */
export type LockView =
  | { readonly state: 'off' }
  | {
      readonly state: 'locked' | 'unlocked';
      readonly passkey: PasskeyView;
      readonly idleMinutes: IdleMinutes;
      /** Agents whose requests wait for the vault to be unlocked. */
      readonly waiting: readonly string[];
    };
