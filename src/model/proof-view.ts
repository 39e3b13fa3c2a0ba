import * as v from 'valibot';
import { Time } from './fields.ts';

/** A decoded proof, without its signature: it proves nothing any more, and is there to be read (RFC 9449 §4.2). */
export const ProofView = v.pipe(
  v.object({
    /** When it left, in milliseconds since the epoch. */
    at: Time,
    header: v.pipe(v.record(v.string(), v.unknown()), v.readonly()),
    claims: v.pipe(v.record(v.string(), v.unknown()), v.readonly()),
  }),
  v.readonly(),
);
export type ProofView = v.InferOutput<typeof ProofView>;
