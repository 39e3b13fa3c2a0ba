/** One way of using stolen strings. */
export type Approach = 'bearer' | 'own-key' | 'refresh' | 'refresh-own-key';

/** What became of it. Status and words are the server's own. */
export interface Attempt {
  readonly lootId: number;
  readonly approach: Approach;
  /** The stolen string. */
  readonly credential: string;
  /** Which server answered. */
  readonly server: string;
  readonly status: number;
  /** The OAuth error code, if any. */
  readonly error?: string;
  /** The server's sentence about it, if any. */
  readonly description?: string;
  readonly verdict: 'got-in' | 'refused';
  /** The notes that the thief could read. */
  readonly notes?: readonly StolenNote[];
}

export interface StolenNote {
  readonly title: string;
  readonly isPrivate: boolean;
}
