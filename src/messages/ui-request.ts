import * as v from 'valibot';

/** What a view asks of the background. */
export type UiRequest = v.InferOutput<typeof UiRequest>;

const Origin = v.pipe(
  v.string(),
  v.check((value) => URL.canParse(value) && new URL(value).origin === value, 'an origin'),
);

export const UiRequest = v.variant('kind', [
  /** Sent before and after `permissions.request`: the popup may be closed by Chrome's own prompt. */
  v.object({ kind: v.literal('protect'), origin: Origin }),
  v.object({ kind: v.literal('unprotect'), origin: Origin }),
  v.object({ kind: v.literal('decline'), ask: v.string() }),
  v.object({ kind: v.literal('revoke'), session: v.string() }),
  /** Every session of an agent, or every session. */
  v.object({ kind: v.literal('revokeAll'), agent: v.optional(Origin) }),
  /** No new token for this session's key. */
  v.object({ kind: v.literal('retire'), session: v.string() }),
  /** Takes an ended or exposed session off the list. */
  v.object({ kind: v.literal('forget'), session: v.string() }),
]);
