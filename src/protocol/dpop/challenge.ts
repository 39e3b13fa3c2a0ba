import { type Challenge, formatChallenges, parseChallenges } from '../http/challenge.ts';

/** The DPoP challenge of a `WWW-Authenticate` field value, if there is one (RFC 9449 §7.1). */
export function dpopChallenge(field: string | null | undefined): Challenge | undefined {
  return field ? parseChallenges(field).find(({ scheme }) => scheme === 'dpop') : undefined;
}

/**
 * The same challenge as a client that speaks only Bearer (RFC 6750 §3) understands it, or undefined when there is nothing
 * to relabel: no DPoP challenge, or a Bearer challenge stands there already.
 *
 * MCP clients read `resource_metadata`, `scope` and `error` from the first challenge, and only if its scheme is Bearer.
 */
export function relabelAsBearer(field: string | null | undefined): string | undefined {
  const challenges = field ? parseChallenges(field) : [];
  const dpop = challenges.find(({ scheme }) => scheme === 'dpop');
  if (!dpop || challenges.some(({ scheme }) => scheme === 'bearer')) return undefined;
  const { algs: _, ...parameters } = dpop.parameters;
  return formatChallenges([{ scheme: 'Bearer', parameters }, ...challenges.filter((other) => other !== dpop)]);
}
