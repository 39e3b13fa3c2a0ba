import * as v from 'valibot';
import { ALGORITHMS } from '../protocol/dpop/algorithm.ts';

/** A web origin in its serialized form, `https://agent.example`. */
export const OriginText = v.pipe(
  v.string(),
  v.check((value) => URL.canParse(value) && new URL(value).origin === value, 'an origin'),
);

/** What a person, or their organization, decided for a site. What is left out is the default. */
export const PolicyChoice = v.object({
  /** A plain bearer token is discarded, and the page gets an OAuth error. Default: no. */
  refuseBearer: v.optional(v.boolean()),
  /** The real token stays with Holdfast, and the page gets a handle. Default: yes. */
  custody: v.optional(v.boolean()),
  /** The only servers, by their origins, that an agent may hold sessions with. Default: any. */
  servers: v.optional(v.array(OriginText)),
  /** The only algorithms that proofs are signed with. Default: any that Holdfast has. */
  algorithms: v.optional(v.array(v.picklist(ALGORITHMS))),
});

export type PolicyChoice = v.InferOutput<typeof PolicyChoice>;

/** The policy of a site as views show it. */
export interface PolicyView {
  readonly policy: PolicyChoice;
  /** What the organization decided: it cannot be changed here. */
  readonly managed: readonly (keyof PolicyChoice)[];
}
