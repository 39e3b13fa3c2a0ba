import type { Origin } from '../../model/origin.ts';
import { MOST_ARMED, MOST_PENDING } from '../../model/quotas.ts';
import type { Ports } from '../ports.ts';
import { dropKey } from './needed-keys.ts';

type QuotaPorts = Pick<Ports, 'keys' | 'sessions' | 'arming' | 'servers' | 'rules'>;

/** Limits the armed servers and the pending sign-ins of one agent. The oldest are removed first. */
export function createSignInQuota(ports: QuotaPorts) {
  const { sessions, arming, servers, rules } = ports;

  /** Before a server is armed for an agent that it was not armed for. */
  async function forServer(agent: Origin): Promise<void> {
    const all = await sessions.list();
    const inUse = new Set(all.flatMap((session) => (session.agent === agent ? [session.issuer] : [])));
    const spare = (await arming.ofAgent(agent)).filter(({ issuer }) => !inUse.has(issuer));
    for (const { issuer, thumbprint } of spare.slice(0, Math.max(0, spare.length - MOST_ARMED + 1))) {
      await arming.remove(agent, issuer);
      await dropKey(ports, thumbprint);
      await servers.remove(agent, issuer);
    }
    if (spare.length >= MOST_ARMED) await rules.keepOnly((await arming.list()).map(({ thumbprint }) => thumbprint));
  }

  /** Before one more sign-in of an agent is remembered. */
  async function forSignIn(agent: Origin): Promise<void> {
    const pending = (await arming.authorizations()).filter((one) => one.agent === agent && one.session === undefined);
    const oldest = pending
      .toSorted((one, other) => one.at - other.at)
      .slice(0, Math.max(0, pending.length - MOST_PENDING + 1));
    for (const { codeChallenge, thumbprint } of oldest) {
      await arming.removeAuthorization(codeChallenge);
      await dropKey(ports, thumbprint);
    }
  }

  return { forServer, forSignIn };
}
