import * as v from 'valibot';
import { ALGORITHMS, type Algorithm } from '../protocol/dpop/algorithm.ts';
import { BEARER_DEFAULT, BEARER_POLICIES, type BearerPolicy, strictnessOf } from './bearer-policy.ts';
import { isHandedOver } from './handed-over.ts';
import { Origin } from './origin.ts';
import { LONGEST_HANDED_OVER, MOST_HANDED_OVER } from './quotas.ts';
import { Resource } from './server.ts';
import type { Handles } from './session.ts';

/** A resource whose tokens the page is let hold. */
export const HandedOver = v.pipe(Resource, v.maxLength(LONGEST_HANDED_OVER));
export type HandedOver = v.InferOutput<typeof HandedOver>;

/** What a person, or their organization, decided for a site. What is left out is the default. */
export const PolicyChoice = v.object({
  /** Default: `BEARER_DEFAULT`. */
  bearer: v.optional(v.picklist(BEARER_POLICIES)),
  /** The real token stays with Holdfast, and the page gets a handle. Default: yes. */
  custody: v.optional(v.boolean()),
  /** The resources whose real tokens the page holds, though others stay with Holdfast. Default: none. */
  handedOver: v.optional(v.array(HandedOver)),
  /** The only servers, by their origins, that an agent may hold sessions with. Default: any. */
  servers: v.optional(v.array(Origin)),
  /** The only algorithms that proofs are signed with. Default: any that Holdfast has. */
  algorithms: v.optional(v.array(v.picklist(ALGORITHMS))),
});

export type PolicyChoice = v.InferOutput<typeof PolicyChoice>;

/** The same, as a view says it. */
export type PolicyWish = v.InferInput<typeof PolicyChoice>;

/** What a person changes of their decision: null is the default again, and what is left out stays. */
export const PolicyChange = v.object({
  ...v.omit(PolicyChoice, ['servers', 'algorithms', 'handedOver']).entries,
  servers: v.optional(v.nullable(v.array(Origin))),
  algorithms: v.optional(v.nullable(v.array(v.picklist(ALGORITHMS)))),
});

export type PolicyChange = v.InferOutput<typeof PolicyChange>;

/** The same, as a view says it. */
export type WishedChange = v.InferInput<typeof PolicyChange>;

/** The policy of a site as views show it. */
export interface PolicyView {
  readonly policy: PolicyWish;
  /** What the organization decided, that the site is protected too: it cannot be changed here. */
  readonly managed: readonly (keyof PolicyChoice | 'protect')[];
}

/** What holds for a site, with every default filled in. */
export interface Policy {
  readonly bearer: BearerPolicy;
  readonly custody: boolean;
  readonly handedOver: readonly Resource[];
  /** Undefined: any. */
  readonly servers: readonly Origin[] | undefined;
  /** Undefined: any. */
  readonly algorithms: readonly Algorithm[] | undefined;
}

/** The organization's word first, then the person's, then the default. */
export function resolvePolicy(managed: PolicyChoice, chosen: PolicyChoice): Policy {
  const { bearer = BEARER_DEFAULT, custody = true, handedOver = [], servers, algorithms } = { ...chosen, ...managed };
  return { bearer, custody, handedOver, servers, algorithms };
}

/** An organization that keeps tokens out of pages, bearer tokens too, leaves no exception to the person; it may name its own. */
export function withoutExceptions(managed: PolicyChoice): PolicyChoice {
  return managed.custody || managed.bearer === 'hold' ? { custody: true, handedOver: [], ...managed } : managed;
}

/** A decision after which the page holds its tokens for a resource, or does not any more. Above the maximum, the oldest goes. */
export function withHolder(choice: PolicyChoice, resource: HandedOver, holder: Handles['by']): PolicyChoice {
  const others = (choice.handedOver ?? []).filter((other) => other !== resource);
  return { ...choice, handedOver: holder === 'page' ? [...others, resource].slice(-MOST_HANDED_OVER) : others };
}

/** A decision after a person has changed something of it. */
export function withChange(choice: PolicyChoice, change: PolicyChange): PolicyChoice {
  const { servers, algorithms, ...rest } = { ...choice, ...change };
  return { ...rest, ...(servers && { servers }), ...(algorithms && { algorithms }) };
}

/** A decision, as far as another leaves it: what the other restricts is restricted. */
export function restricted(choice: PolicyChoice, by: PolicyChoice): PolicyChoice {
  return {
    ...choice,
    ...(by.bearer && strictnessOf(by.bearer) > strictnessOf(choice.bearer ?? 'expose') && { bearer: by.bearer }),
    ...(by.custody && { custody: true }),
    ...(by.handedOver && { handedOver: common(choice.handedOver ?? [], by.handedOver) }),
    ...(by.servers && { servers: common(choice.servers, by.servers) }),
    ...(by.algorithms && { algorithms: common(choice.algorithms, by.algorithms) }),
  };
}

/** Who holds the tokens of an agent's sessions at a resource. */
export const holderOf = (policy: Policy, resource: string | undefined): Handles['by'] =>
  policy.custody && !isHandedOver(policy, resource) ? 'holdfast' : 'page';

/** Whether Holdfast keeps plain bearer tokens on a site: one whose page is to hold its own tokens holds these too. */
export const holdsBearer = ({ bearer, custody }: Policy): boolean => bearer === 'hold' && custody;

function common<Item>(some: readonly Item[] | undefined, others: readonly Item[]): Item[] {
  return others.filter((one) => !some || some.includes(one));
}
