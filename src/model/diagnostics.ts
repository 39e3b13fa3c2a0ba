import type { ErrorCode } from '../protocol/error.ts';
import type { SessionState } from './session.ts';

/** What is kept of an error. Its message is not: it may quote a token or an address that was read. */
export interface KeptError {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly code: ErrorCode;
  readonly name: string;
  /** Where it was thrown, innermost first: a file of Holdfast, line and column. */
  readonly places: readonly string[];
}

/** How Holdfast stands, for a bug report. It names no site, server, session, key or token. */
export interface Diagnostics {
  /** When the background's worker started, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** What keeps Holdfast from its storage. */
  readonly trouble: ErrorCode | undefined;
  /** How many sessions there are of each state; undefined where they cannot be read. */
  readonly sessions: Readonly<Partial<Record<SessionState, number>>> | undefined;
  /** How many sites are protected; undefined where they cannot be read. */
  readonly sites: number | undefined;
  /** How many questions wait for the person. */
  readonly questions: number;
  /** The latest errors, oldest first. */
  readonly errors: readonly KeptError[];
}
