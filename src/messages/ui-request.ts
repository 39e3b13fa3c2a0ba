import * as v from 'valibot';
import { Origin } from '../model/origin.ts';
import { PolicyChoice } from '../model/policy.ts';
import { SessionId } from '../model/session.ts';
import { RETENTION_DAYS } from '../model/settings.ts';
import { LockRequest } from './lock-request.ts';
import type { Result } from './ui.ts';

/** What a view begins to show. It gets updates of that until it shows something else. */
export const ViewRequest = v.variant('kind', [
  /** This view shows a session, or none any more. It gets the session's details. */
  v.object({ kind: v.literal('look'), session: v.optional(SessionId) }),
  /** This view was opened over the page of a tab. It learns whether that page must be reloaded. */
  v.object({ kind: v.literal('page'), tab: v.pipe(v.number(), v.safeInteger()) }),
  /** This view shows the activity log from now on, or does not any more. */
  v.object({ kind: v.literal('showActivity'), wanted: v.boolean() }),
  /** This DevTools panel shows the requests of a tab from now on. */
  v.object({ kind: v.literal('inspect'), tab: v.pipe(v.number(), v.safeInteger()) }),
  /** This view shows diagnostics: it is told of them as they are now. */
  v.object({ kind: v.literal('diagnostics') }),
]);

export type ViewRequest = v.InferOutput<typeof ViewRequest>;

/** The same as a view says it: text is text there. */
export type Viewing = v.InferInput<typeof ViewRequest>;

/** What the person does in a view. It is answered. */
export const ActionRequest = v.variant('kind', [
  /** Sent before and after `permissions.request`: the popup may be closed by Chrome's own prompt. */
  v.object({ kind: v.literal('protect'), origin: Origin }),
  v.object({ kind: v.literal('unprotect'), origin: Origin }),
  /** Sent before `permissions.request`: the person allows an agent these servers. */
  v.object({ kind: v.literal('allow'), agent: Origin, servers: v.array(Origin) }),
  /** The person takes servers back from an agent. */
  v.object({ kind: v.literal('disallow'), agent: Origin, servers: v.array(Origin) }),
  v.object({ kind: v.literal('decline'), ask: v.string() }),
  v.object({ kind: v.literal('revoke'), session: SessionId }),
  /** Every session of an agent, or every session. */
  v.object({ kind: v.literal('revokeAll'), agent: v.optional(Origin) }),
  /** What the person decided for a site, in whole. */
  v.object({ kind: v.literal('policy'), origin: Origin, choice: PolicyChoice }),
  /** No new token for this session's key. */
  v.object({ kind: v.literal('retire'), session: SessionId }),
  /** Takes an ended or exposed session off the list. */
  v.object({ kind: v.literal('forget'), session: SessionId }),
  /** How many days ended sessions and activity are kept. */
  v.object({ kind: v.literal('retain'), days: v.picklist(RETENTION_DAYS) }),
  /** Runs the enforcement drill on a session. It is answered when the drill is over. */
  v.object({ kind: v.literal('drill'), session: SessionId }),
  v.object({ kind: v.literal('stopDrill'), session: SessionId }),
  LockRequest,
]);

export type ActionRequest = v.InferOutput<typeof ActionRequest>;

/** The same as a view says it. */
export type Action = v.InferInput<typeof ActionRequest>;

/** The number that a view gives a request whose answer it waits for. */
export const Numbered = v.object({ id: v.pipe(v.number(), v.safeInteger()) });

/** What a view sends. */
export type UiRequest = Viewing | (Action & v.InferInput<typeof Numbered>);

/** One command for each kind of request. What it throws is recorded, and answered with the code of it. */
export type Commands<Request extends { readonly kind: string } = ActionRequest> = {
  readonly [Kind in Request['kind']]: (request: Extract<Request, { kind: Kind }>) => Promise<Result>;
};

/** The answer of a command that could be done. */
export const DONE: Result = { ok: true };
