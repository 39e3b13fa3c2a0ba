import * as v from 'valibot';
import { BEARER_DEFAULT, BEARER_POLICIES } from '../../model/bearer-policy.ts';
import { Origin } from '../../model/origin.ts';
import { HandedOver, type PolicyChoice, restricted, withoutExceptions } from '../../model/policy.ts';
import { MOST_PROTECTED } from '../../model/quotas.ts';
import { ALGORITHMS } from '../../protocol/dpop/algorithm.ts';
import { isSecureTransport } from '../../protocol/oauth/loopback.ts';

/** What counts where nothing tells which members were meant: no bearer token comes in, and no real token goes out. */
const STRICTEST: PolicyChoice = { bearer: 'refuse', custody: true, handedOver: [] };

/** An origin as people write it, perhaps with a slash at its end or with its port in full. */
const WrittenOrigin = v.pipe(
  v.string(),
  v.transform((text) => (URL.canParse(text) && isOnlyOrigin(new URL(text)) ? new URL(text).origin : text)),
  Origin,
);

function isOnlyOrigin({ href, origin }: URL): boolean {
  return href === `${origin}/`;
}

/**
 * Reads what was decided for a site, member by member. A member that cannot be read counts as its strictest value: the
 * strictest of its values, yes, or what of its list can be read. `refuseBearer` is what there was before `bearer`.
 *
 * @param invalid is told of each
 */
export function readChoice(value: unknown, invalid: () => void): PolicyChoice {
  const instead = <Value>(strictest: Value) => {
    return (): Value => {
      invalid();
      return strictest;
    };
  };
  const yes = v.optional(v.fallback(v.boolean(), instead(true)));
  const listOf = <Item>(item: v.GenericSchema<string, Item>) => {
    const read = (list: unknown[]): Item[] =>
      list.flatMap((one) => {
        const decoded = v.safeParse(item, one);
        if (!decoded.success) invalid();
        return decoded.success ? [decoded.output] : [];
      });
    return v.optional(v.pipe(v.fallback(v.array(v.unknown()), instead([])), v.transform(read)));
  };
  const Choice = v.object({
    bearer: v.optional(v.fallback(v.picklist(BEARER_POLICIES), instead('refuse' as const))),
    refuseBearer: yes,
    custody: yes,
    handedOver: listOf(HandedOver),
    servers: listOf(WrittenOrigin),
    algorithms: listOf(v.picklist(ALGORITHMS)),
  });
  const Written = v.pipe(
    Choice,
    v.transform(({ refuseBearer, ...choice }): PolicyChoice => {
      if (choice.bearer !== undefined || refuseBearer === undefined) return choice;
      return { ...choice, bearer: refuseBearer ? 'refuse' : BEARER_DEFAULT };
    }),
  );
  return v.parse(v.fallback(Written, instead(STRICTEST)), value);
}

const Protectable = v.pipe(
  WrittenOrigin,
  v.check((origin) => isSecureTransport(origin)),
);

/**
 * Reads which sites an organization has protected for everybody: what of the list can be read, the first of too many.
 *
 * @param invalid is told of each entry that is left out
 */
export function readProtected(value: unknown, invalid: () => void): Origin[] {
  const { protect = [] } = Object(value) as { readonly protect?: unknown };
  const entries = Array.isArray(protect) ? (protect as unknown[]) : [undefined];
  const sites = new Set<Origin>();
  for (const entry of entries) {
    const site = v.safeParse(Protectable, entry);
    if (site.success && (sites.size < MOST_PROTECTED || sites.has(site.output))) sites.add(site.output);
    else invalid();
  }
  return [...sites];
}

/**
 * Reads what an organization has set for one site: there `sites` wins over what is set for all. An entry of `sites` whose
 * site cannot be read restricts every site, because it may be meant for any: an administrator notices a restriction too
 * many, and none too few.
 *
 * @param invalid is told of each part that cannot be read
 */
export function readManaged(value: unknown, origin: string, invalid: () => void): PolicyChoice {
  const everywhere = readChoice(value, invalid);
  const { sites = [] } = Object(value) as { readonly sites?: unknown };
  const entries = Array.isArray(sites) ? (sites as unknown[]) : [undefined];
  let here: PolicyChoice | undefined;
  const anywhere: PolicyChoice[] = [];
  for (const entry of entries) {
    const site = v.safeParse(WrittenOrigin, Object(entry).site);
    if (!site.success) {
      invalid();
      anywhere.push(readChoice(entry, invalid));
    } else if (site.output === origin) {
      here ??= readChoice(entry, invalid);
    }
  }
  return withoutExceptions(anywhere.reduce(restricted, { ...everywhere, ...here }));
}
