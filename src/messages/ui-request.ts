import * as v from 'valibot';
import { headerProblem, schemeProblem, secretProblem, serverProblem } from '../model/given-key.ts';
import { Origin } from '../model/origin.ts';
import { HandedOver, PolicyChange } from '../model/policy.ts';
import { LONGEST_NAME } from '../model/quotas.ts';
import { Resource } from '../model/server.ts';
import { SessionId } from '../model/session.ts';
import { RETENTION_DAYS } from '../model/settings.ts';
import { AccessToken } from '../model/tokens.ts';
import { LockRequest, Secret } from './lock-request.ts';
import type { Result } from './ui.ts';

/** What a view begins to show. It gets updates of that until it shows something else. */
export const ViewRequest = v.variant('kind', [
  /** This view shows a session, or none any more. It gets the session's details. */
  v.object({ kind: v.literal('look'), session: v.optional(SessionId) }),
  /** This view was opened over the page of a tab. It learns whether that page must be reloaded. */
  v.object({ kind: v.literal('page'), tab: v.pipe(v.number(), v.safeInteger()) }),
  /** The person asks what script in that page can read. */
  v.object({ kind: v.literal('read'), tab: v.pipe(v.number(), v.safeInteger()) }),
  /** This view shows the activity log from now on, or does not any more. */
  v.object({ kind: v.literal('showActivity'), wanted: v.boolean() }),
  /** This view shows the requests of a tab from now on, or of none any more. */
  v.object({ kind: v.literal('inspect'), tab: v.optional(v.pipe(v.number(), v.safeInteger())) }),
  /** This view shows diagnostics: it is told of them as they are now. */
  v.object({ kind: v.literal('diagnostics') }),
]);

export type ViewRequest = v.InferOutput<typeof ViewRequest>;

/** The same as a view says it: text is text there. */
export type Viewing = v.InferInput<typeof ViewRequest>;

/** A view met an error of its own, and shows what is left. Kept for the developers. */
export const ViewFailure = v.object({
  kind: v.literal('failed'),
  name: v.pipe(v.string(), v.regex(/^[A-Za-z]{1,45}$/)),
  places: v.pipe(v.array(v.pipe(v.string(), v.maxLength(200), v.regex(/^[\w./-]+:\d+:\d+$/))), v.maxLength(50)),
});

export type ViewFailure = v.InferOutput<typeof ViewFailure>;

const isRight = (problemOf: (text: string) => unknown) => (text: string) => problemOf(text) === undefined;
const normalized = (url: string): string => new URL(url).href;
const KeyName = v.pipe(v.string(), v.maxLength(LONGEST_NAME));
/** Of all that views say, the one secret that is to be kept: it is sealed, and no view ever gets it back. */
const KeySecret = v.pipe(v.string(), v.check(isRight(secretProblem)), AccessToken);

/** What the person does in a view. It is answered. With the passkey lock on, what loosens needs the passkey's secret. */
export const ActionRequest = v.variant('kind', [
  /** Sent before and after `permissions.request`: the popup may be closed by Chrome's own prompt. */
  v.object({ kind: v.literal('protect'), origin: Origin }),
  v.object({ kind: v.literal('unprotect'), origin: Origin, secret: v.optional(Secret) }),
  /** Sent before `permissions.request`: the person allows an agent these servers. */
  v.object({ kind: v.literal('allow'), agent: Origin, servers: v.array(Origin) }),
  /** The person takes servers back from an agent. */
  v.object({ kind: v.literal('disallow'), agent: Origin, servers: v.array(Origin) }),
  v.object({ kind: v.literal('decline'), ask: v.string() }),
  /** The person lets a session be used at the address that a question names; and takes such an address back. */
  v.object({ kind: v.literal('allowFurther'), ask: v.string() }),
  v.object({ kind: v.literal('takeBack'), session: SessionId, address: v.string() }),
  v.object({ kind: v.literal('revoke'), session: SessionId }),
  /** Whether a session ends when its token leaves once more with a request that its agent has not asked for. */
  v.object({ kind: v.literal('endUnasked'), session: SessionId, wanted: v.boolean() }),
  /** Every session of an agent, or every session. */
  v.object({ kind: v.literal('revokeAll'), agent: v.optional(Origin) }),
  /** What the person decided for a site, in whole. */
  v.object({ kind: v.literal('policy'), origin: Origin, change: PolicyChange, secret: v.optional(Secret) }),
  /** The page of an agent holds its tokens for a resource, or Holdfast keeps them again: from the next refresh or sign-in on. */
  v.object({ kind: v.literal('handOver'), agent: Origin, resource: HandedOver, secret: v.optional(Secret) }),
  v.object({ kind: v.literal('keepAgain'), agent: Origin, resource: HandedOver }),
  /** No new token for this session's key. */
  v.object({ kind: v.literal('retire'), session: SessionId }),
  /** Keeps a key for an agent and a server. It is answered with the handle for the agent. */
  v.object({
    kind: v.literal('keep'),
    agent: Origin,
    server: v.pipe(v.string(), v.check(isRight(serverProblem)), v.transform(normalized), Resource),
    header: v.pipe(v.string(), v.check(isRight(headerProblem))),
    scheme: v.pipe(v.string(), v.check(isRight(schemeProblem))),
    name: KeyName,
    secret: KeySecret,
  }),
  /** Another name for a session; another key in the place of a given one; its handle, to be copied. */
  v.object({ kind: v.literal('rename'), session: SessionId, name: KeyName }),
  v.object({ kind: v.literal('replace'), session: SessionId, secret: KeySecret }),
  v.object({ kind: v.literal('showHandle'), session: SessionId }),
  /** Takes an ended or exposed session off the list. */
  v.object({ kind: v.literal('forget'), session: SessionId }),
  /** How many days ended sessions and activity are kept. */
  v.object({ kind: v.literal('retain'), days: v.picklist(RETENTION_DAYS) }),
  /** Deletes all that Holdfast keeps. No server is told. It is not answered: Holdfast starts anew. */
  v.object({ kind: v.literal('deleteEverything'), secret: v.optional(Secret) }),
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
export type UiRequest = Viewing | ViewFailure | (Action & v.InferInput<typeof Numbered>);

/** One command for each kind of request. What it throws is recorded, and answered with the code of it. */
export type Commands<Request extends { readonly kind: string } = ActionRequest> = {
  readonly [Kind in Request['kind']]: (request: Extract<Request, { kind: Kind }>) => Promise<Result>;
};

/** The answer of a command that could be done. */
export const DONE: Result = { ok: true };
