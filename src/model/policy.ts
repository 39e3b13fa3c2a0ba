import * as v from 'valibot';
import { ALGORITHMS, type Algorithm } from '../protocol/dpop/algorithm.ts';
import { Origin } from './origin.ts';

/** What a person, or their organization, decided for a site. What is left out is the default. */
export const PolicyChoice = v.object({
  /** A plain bearer token is discarded, and the page gets an OAuth error. Default: no. */
  refuseBearer: v.optional(v.boolean()),
  /** The real token stays with Holdfast, and the page gets a handle. Default: yes. */
  custody: v.optional(v.boolean()),
  /** The only servers, by their origins, that an agent may hold sessions with. Default: any. */
  servers: v.optional(v.array(Origin)),
  /** The only algorithms that proofs are signed with. Default: any that Holdfast has. */
  algorithms: v.optional(v.array(v.picklist(ALGORITHMS))),
});

export type PolicyChoice = v.InferOutput<typeof PolicyChoice>;

/** The same, as a view says it. */
export type PolicyWish = v.InferInput<typeof PolicyChoice>;

/** The policy of a site as views show it. */
export interface PolicyView {
  readonly policy: PolicyWish;
  /** What the organization decided: it cannot be changed here. */
  readonly managed: readonly (keyof PolicyChoice)[];
}

/** What holds for a site, with every default filled in. */
export interface Policy {
  readonly refuseBearer: boolean;
  readonly custody: boolean;
  /** Undefined: any. */
  readonly servers: readonly Origin[] | undefined;
  /** Undefined: any. */
  readonly algorithms: readonly Algorithm[] | undefined;
}

/** The organization's word first, then the person's, then the default. */
export function resolvePolicy(managed: PolicyChoice, chosen: PolicyChoice): Policy {
  const { refuseBearer = false, custody = true, servers, algorithms } = { ...chosen, ...managed };
  return { refuseBearer, custody, servers, algorithms };
}
