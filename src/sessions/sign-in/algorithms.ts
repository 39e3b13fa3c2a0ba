import type { Policy } from '../../model/policy.ts';
import type { KnownServer } from '../../model/server.ts';
import type { UnboundReason } from '../../model/session.ts';
import { ALGORITHMS, type Algorithm, chooseAlgorithm } from '../../protocol/dpop/algorithm.ts';
import type { ProtectedResource } from '../../protocol/oauth/metadata.ts';

type Server = Pick<KnownServer, 'dpopSigningAlgorithms'>;
type Allowed = Partial<Pick<Policy, 'algorithms'>>;
type Demands = Pick<ProtectedResource, 'dpopSigningAlgorithms' | 'requiresDpop'>;

/**
 * The algorithm of an agent's next key at a server.
 *
 * @param taken what the resource takes; undefined where that is not known, or the resource does not say
 */
export function algorithmFor(
  { dpopSigningAlgorithms }: Server,
  { algorithms }: Allowed,
  taken: readonly string[] | undefined,
): Algorithm | undefined {
  return chooseAlgorithm(dpopSigningAlgorithms, ...[algorithms, taken].filter((list) => list !== undefined));
}

/**
 * What a key has to be made for that several resources' sign-ins may use: what all of them take or, where they have nothing in
 * common with the server, what the latest of them takes that has.
 *
 * @param resources the latest last
 */
export function takenByAll(server: Server, resources: readonly Demands[]): readonly Algorithm[] | undefined {
  const lists = resources.map(takenBy).filter((list) => list !== undefined);
  if (lists.length === 0) return undefined;
  const shared = ALGORITHMS.filter((algorithm) => lists.every((list) => list.includes(algorithm)));
  const isOffered = (list: readonly Algorithm[]) => list.some((one) => server.dpopSigningAlgorithms.includes(one));
  return [shared, ...lists.toReversed()].find(isOffered) ?? lists.at(-1);
}

/** Of the algorithms that Holdfast knows, those that a resource takes; undefined where it does not say (RFC 9728 §2). */
export function takenBy(resource: Demands | undefined): readonly Algorithm[] | undefined {
  const said = resource?.dpopSigningAlgorithms;
  return said && said.length > 0 ? ALGORITHMS.filter((algorithm) => said.includes(algorithm)) : undefined;
}

/** Why there is no algorithm for a sign-in, as far as that is more than a server that knows no DPoP. */
export function whyNone(server: Server, allowed: Allowed, resource: Demands | undefined): UnboundReason | undefined {
  if (server.dpopSigningAlgorithms.length === 0) return resource?.requiresDpop ? 'contradiction' : undefined;
  const taken = takenBy(resource);
  if (algorithmFor(server, allowed, taken)) return undefined;
  return algorithmFor(server, {}, taken) ? 'policy_algorithms' : 'no_algorithm';
}
