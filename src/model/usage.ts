import * as v from 'valibot';
import { Count, lenient, list, Time } from './fields.ts';
import { ProofView } from './proof-view.ts';

/** What was seen on the wire of one session. */
export const Usage = v.pipe(
  v.object({
    /** Requests that left with a proof and the bound token. */
    proofs: Count,
    /** The last answer: when, its HTTP status, and the `error` of its challenge. */
    last: v.exactOptional(
      v.pipe(v.object({ at: Time, status: v.number(), error: v.optional(v.string()) }), v.readonly()),
    ),
    /** The server has asked for a nonce (RFC 9449 §9). */
    demandsNonce: v.exactOptional(v.literal(true)),
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
