import type { PolicyChoice } from '../model/policy.ts';
import type { Algorithm } from '../protocol/dpop/algorithm.ts';
import type { Access, PolicySource } from './ports.ts';

/** What holds for a site, with every default filled in. */
export interface Policy {
  readonly refuseBearer: boolean;
  readonly custody: boolean;
  /** Undefined: any. */
  readonly servers: readonly string[] | undefined;
  /** Undefined: any. */
  readonly algorithms: readonly Algorithm[] | undefined;
}

/** The organization's word first, then the person's, then the default. */
export function resolvePolicy(managed: PolicyChoice, chosen: PolicyChoice): Policy {
  const { refuseBearer = false, custody = true, servers, algorithms } = { ...chosen, ...managed };
  return { refuseBearer, custody, servers, algorithms };
}

/** Access to servers, as far as the site's policy allows them at all. */
export function withinPolicy(access: Access, policies: PolicySource): Access {
  return {
    granted: access.granted,
    refusal: access.refusal,
    signedIn: access.signedIn,
    async ensure(agent, origins, purpose) {
      const { servers } = await policies.of(agent);
      if (servers && !origins.every((origin) => servers.includes(origin))) return false;
      return access.ensure(agent, origins, purpose);
    },
  };
}
