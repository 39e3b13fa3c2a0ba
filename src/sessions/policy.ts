import type { Access, PolicySource } from './ports.ts';

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
