import * as v from 'valibot';
import { ALGORITHMS } from '../protocol/dpop/algorithm.ts';
import type { Thumbprint as KeyThumbprint } from '../protocol/dpop/key.ts';

export const Thumbprint = v.custom<KeyThumbprint>((value) => typeof value === 'string');

/** The key that a session's tokens are bound to. */
export const Binding = v.pipe(
  v.object({
    thumbprint: Thumbprint,
    algorithm: v.picklist(ALGORITHMS),
    /** Whether the authorization request carried `dpop_jkt`, so that the code too was worthless to others (RFC 9449 §10). */
    codeBound: v.boolean(),
  }),
  v.readonly(),
);
export type Binding = v.InferOutput<typeof Binding>;
