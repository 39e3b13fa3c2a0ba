import type { ErrorCode } from '../protocol/error.ts';
import type { SessionState } from './session.ts';
import type { Trace } from './trace.ts';

/** What is kept of an error. */
export interface KeptError extends Trace {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly code: ErrorCode;
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
