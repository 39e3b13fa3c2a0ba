import * as v from 'valibot';
import { ALGORITHMS } from '../protocol/dpop/algorithm.ts';
import { Thumbprint } from './binding.ts';
import { lenient, list, Time } from './fields.ts';
import { Origin } from './origin.ts';
import { Issuer } from './server.ts';
import { SessionId, UNBOUND_REASONS } from './session.ts';

/** What an agent's MCP sign-ins at one server name, the latest last. */
export const SignIns = v.pipe(
  v.object({
    /** Origins of the resources. */
    resources: list(Origin),
    /** Values of `client_id`. */
    clients: list(v.string()),
  }),
  v.readonly(),
);
export type SignIns = v.InferOutput<typeof SignIns>;

/** The key that the next authorization request of this agent at this server will name in `dpop_jkt`. */
export const Armed = v.pipe(
  v.object({
    agent: Origin,
    issuer: Issuer,
    thumbprint: Thumbprint,
    algorithm: v.picklist(ALGORITHMS),
    /** Of the algorithms, those that the resources take that its latest document has read of; undefined where they do not say. */
    taken: lenient(list(v.picklist(ALGORITHMS))),
    /** By what its MCP sign-ins here are known from a login of the site's own. */
    signIns: v.fallback(SignIns, { resources: [], clients: [] }),
    /** When a document set out to sign in here for MCP, in milliseconds; undefined once a sign-in has followed. */
    expectedAt: lenient(Time),
  }),
  v.readonly(),
);
export type Armed = v.InferOutput<typeof Armed>;

/** What can be wrong with servers of which one refuses a sign-in: also a proof in which Holdfast finds nothing wrong. */
export const SIGN_IN_REFUSALS = ['sound_proof_refused', ...UNBOUND_REASONS] as const;
export type SignInRefusal = (typeof SIGN_IN_REFUSALS)[number];

/** An authorization request of an MCP sign-in that was seen to leave; PKCE ties it to its token request. */
export const Authorization = v.pipe(
  v.object({
    codeChallenge: v.string(),
    agent: Origin,
    issuer: Issuer,
    /** What it named in `dpop_jkt`; undefined at a server that binds nothing: what comes of it is held. */
    thumbprint: v.optional(Thumbprint),
    clientId: v.optional(v.string()),
    resource: v.optional(v.string()),
    scope: v.optional(v.string()),
    /** When it left, in milliseconds since the epoch. */
    at: Time,
    /** The session that came of it, so that a repeated token request finds it (the worker may die before the reply). */
    session: v.optional(SessionId),
    /** Its server has refused the token request, and this is wrong with the servers, as far as Holdfast knows. */
    refused: lenient(v.picklist(SIGN_IN_REFUSALS)),
  }),
  v.readonly(),
);
export type Authorization = v.InferOutput<typeof Authorization>;
