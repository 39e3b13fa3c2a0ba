import { type Origin, originOf } from '../model/origin.ts';
import { HoldfastError } from '../protocol/error.ts';
import type { Access, Network, PolicySource, Ports, Rules } from './ports.ts';

/**
 * The ports as the use cases have them: nothing leaves for a server, and no token is presented there, unless the site's policy
 * and the person allow it to this agent. No use case is given others, so that none can forget to ask.
 */
export function withPermission(ports: Ports): Ports {
  const access = withinPolicy(ports.access, ports.policies);
  const need = async (agent: Origin, url: string): Promise<void> => {
    const server = originOf(url);
    if (await access.granted(agent, [server])) return;
    throw new HoldfastError('permission_declined', `${agent} is not allowed to use ${server}.`);
  };
  return { ...ports, access, network: guarded(ports.network, need), rules: guardedRules(ports.rules, need) };
}

/** @throws HoldfastError `permission_declined` */
type Need = (agent: Origin, url: string) => Promise<void>;

/** Access to servers, as far as the site's policy allows them at all. */
function withinPolicy(access: Access, policies: PolicySource): Access {
  const isAllowed = async (agent: Origin, origins: readonly Origin[]): Promise<boolean> => {
    const { servers } = await policies.of(agent);
    return !servers || origins.every((origin) => servers.includes(origin));
  };
  return {
    ...access,
    granted: async (agent, origins) => (await isAllowed(agent, origins)) && access.granted(agent, origins),
    mayHave: async (agent, origin) => (await isAllowed(agent, [origin])) && access.mayHave(agent, origin),
    ensure: async (agent, origins, purpose) =>
      (await isAllowed(agent, origins)) && access.ensure(agent, origins, purpose),
    async askFurther(session, address) {
      const server = [originOf(address)];
      const isOpen = (await isAllowed(session.agent, server)) && (await access.granted(session.agent, server));
      return isOpen && access.askFurther(session, address);
    },
  };
}

function guarded(network: Network, need: Need): Network {
  return {
    async get(url, agent) {
      await need(agent, url);
      return network.get(url, agent);
    },
    async post(to, agent, headers, body) {
      await need(agent, to);
      return network.post(to, agent, headers, body);
    },
    async probe(to, agent, probe) {
      await need(agent, to);
      return network.probe(to, agent, probe);
    },
    async firstEvent(to, agent, headers) {
      await need(agent, to);
      return network.firstEvent(to, agent, headers);
    },
  };
}

function guardedRules(rules: Rules, need: Need): Rules {
  return {
    ...rules,
    async present(tab, agent, to, credential) {
      await need(agent, to);
      return rules.present(tab, agent, to, credential);
    },
  };
}
