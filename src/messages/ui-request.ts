import * as v from 'valibot';
import { LockRequest } from './lock-request.ts';
import { OriginText, PolicyChoice } from './policy.ts';

/** What a view asks of the background. */
export type UiRequest = v.InferOutput<typeof UiRequest>;

export const UiRequest = v.variant('kind', [
  /** Sent before and after `permissions.request`: the popup may be closed by Chrome's own prompt. */
  v.object({ kind: v.literal('protect'), origin: OriginText }),
  v.object({ kind: v.literal('unprotect'), origin: OriginText }),
  v.object({ kind: v.literal('decline'), ask: v.string() }),
  v.object({ kind: v.literal('revoke'), session: v.string() }),
  /** Every session of an agent, or every session. */
  v.object({ kind: v.literal('revokeAll'), agent: v.optional(OriginText) }),
  /** What the person decided for a site, in whole. */
  v.object({ kind: v.literal('policy'), origin: OriginText, choice: PolicyChoice }),
  /** No new token for this session's key. */
  v.object({ kind: v.literal('retire'), session: v.string() }),
  /** Takes an ended or exposed session off the list. */
  v.object({ kind: v.literal('forget'), session: v.string() }),
  LockRequest,
]);
