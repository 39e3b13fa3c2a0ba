import * as v from 'valibot';
import { Count, lenient, list, Time, Url } from './fields.ts';
import { Origin } from './origin.ts';
import { ProofView } from './proof-view.ts';

/**
 * Where Holdfast does not reach: a worker that runs as its site made it, or another place in a page that is not wrapped; and a
 * page's own service worker.
 */
export const UNREACHED = ['worker', 'serviceWorker'] as const;
export type Unreached = (typeof UNREACHED)[number];

/** What was seen on the wire of one session. */
export const Usage = v.pipe(
  v.object({
    /** Requests that left with a proof and the bound token. */
    proofs: Count,
    /** The last answer: when, its HTTP status, and the `error` of its challenge. Without a status, none came. */
    last: v.exactOptional(
      v.pipe(v.object({ at: Time, status: v.optional(v.number()), error: v.optional(v.string()) }), v.readonly()),
    ),
    /** The server has asked for a nonce (RFC 9449 §9). */
    demandsNonce: v.exactOptional(v.literal(true)),
    /** The last refresh came to nothing, because the authorization server could not serve it. */
    unrefreshed: v.exactOptional(v.literal(true)),
    /** The server, by its origin, that refused its latest proof, in which Holdfast finds nothing wrong. */
    proofRefusedBy: lenient(Url),
    /** Its server has repeated the token in an answer, where the page may read it. */
    repeatsToken: v.exactOptional(v.literal(true)),
    /** A request that its agent had not asked for left with its bearer token. */
    leftUnasked: v.exactOptional(v.literal(true)),
    /** Where its agent has sent its handles beside its own servers, the first such places. */
    passedOn: lenient(list(Origin)),
    /** From where a handle has left as it is, since the last request with a token: Holdfast does not reach it there. */
    unreached: v.exactOptional(v.picklist(UNREACHED)),
    /** Requests with a proof in each of the latest minutes, oldest first: minutes since the epoch, and how many. */
    recent: v.fallback(list(v.pipe(v.tuple([Time, v.number()]), v.readonly())), []),
    /** The last proof that left. */
    proof: lenient(ProofView),
    /** What the last request said of its MCP session (`Mcp-Session-Id`, `MCP-Protocol-Version`). */
    mcp: lenient(
      v.pipe(v.object({ sessionId: v.optional(v.string()), protocolVersion: v.optional(v.string()) }), v.readonly()),
    ),
  }),
  v.readonly(),
);
export type Usage = v.InferOutput<typeof Usage>;
