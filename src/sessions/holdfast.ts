import type { PageReply, PageRequest } from '../messages/page.ts';
import { type Origin, originOf } from '../model/origin.ts';
import { MOST_RESOURCES_READ } from '../model/quotas.ts';
import type { SessionId } from '../model/session.ts';
import { codeOf, HoldfastError } from '../protocol/error.ts';
import { covers } from '../protocol/mcp/resource.ts';
import { isOAuthMetadataUrl } from '../protocol/oauth/well-known.ts';
import { createDrill } from './drill/drill.ts';
import { createExposure } from './exposed/exposure.ts';
import { createForms } from './forms.ts';
import { createBoundSessions } from './lifecycle/bound-session.ts';
import { endAllWithoutTokens } from './lifecycle/end.ts';
import { createHousekeeping } from './lifecycle/housekeeping.ts';
import { NATIVE, readable } from './page-answer.ts';
import { withinPolicy } from './policy.ts';
import type { Caller, Ports } from './ports.ts';
import { createBreaker } from './requests/breaker.ts';
import { createObservation } from './requests/proof-log.ts';
import { createProver } from './requests/prove.ts';
import { createReach } from './requests/reach.ts';
import { createTurns } from './requests/slot-queue.ts';
import { createSchemes } from './requests/token-scheme.ts';
import { createArming } from './sign-in/arming.ts';
import { createExchange } from './sign-in/exchange.ts';
import { createPush } from './sign-in/pushed-request.ts';
import { createServers } from './sign-in/server-discovery.ts';
import { afterFailure } from './storage-failure-answer.ts';
import { createRefresh } from './tokens/refresh.ts';
import { createRetirement } from './tokens/retire-key.ts';
import { createRevocation } from './tokens/revocation.ts';
import { createTokenEndpoint } from './tokens/token-endpoint.ts';

type Discovery = Extract<PageRequest, { kind: 'discover' }>;

/** The use cases, wired: what a page may ask, what the network saw, and what the person does. */
export function createHoldfast(outside: Ports) {
  const ports: Ports = { ...outside, access: withinPolicy(outside.access, outside.policies) };
  const { record, now } = ports;
  const servers = createServers(ports);
  const arming = createArming(ports, servers);
  const exposure = createExposure(ports, servers);
  const endpoint = createTokenEndpoint(ports);
  const bound = createBoundSessions(ports);
  const revocation = createRevocation(ports, bound, servers);
  const turns = createTurns(
    now,
    (slot, holder) => void recall(slot.tab, holder).catch(failed),
    (slot) => void prover.emptied(slot).catch(failed),
  );
  const breaker = createBreaker(now);
  const schemes = createSchemes(ports, servers);
  const reach = createReach(ports, { bound, schemes });
  const observation = createObservation(ports, { turns, breaker, schemes, redirected: reach.redirected });
  const prover = createProver(ports, { bound, turns, breaker, observation, schemes, reach });
  const forms = createForms({
    ports,
    exchanging: createExchange(ports, { servers, arming, exposure, endpoint, revoke: revocation.revoke }),
    refreshing: createRefresh(ports, { bound, servers, exposure, endpoint }),
    revocation,
    pushing: createPush(ports, servers, arming, endpoint),
  });

  const drill = createDrill(ports, bound);
  const noticed = new Set<string>();

  /** Others wait for what a session's page holds unused. */
  async function recall(tab: number, holder: SessionId): Promise<void> {
    const session = await ports.sessions.get(holder);
    if (session) ports.recall(tab, session.agent);
  }

  const failed = (error: unknown): void => record({ at: now(), kind: 'failed', code: codeOf(error) });

  /** Answers one request of a page. */
  async function answer(request: PageRequest, caller: Caller): Promise<PageReply> {
    try {
      return await dispatch(request, caller);
    } catch (error) {
      const code = codeOf(error);
      record({ at: now(), kind: 'failed', agent: caller.agent, code });
      return afterFailure(request, caller.agent, code, ports.policies);
    }
  }

  async function dispatch(request: PageRequest, caller: Caller): Promise<PageReply> {
    switch (request.kind) {
      case 'hello':
        return NATIVE;
      case 'resource':
        remember(caller, request.url);
        return NATIVE;
      case 'discover':
        await discover(request, caller);
        return NATIVE;
      case 'token':
        return forms.answer(request, caller);
      case 'prove':
        return prover.prove(request, caller);
      case 'aside':
        await prover.stepAside(request.url, caller);
        return NATIVE;
      case 'challenge':
        return readable(request.challenge);
      case 'dropped':
        for (const jti of request.jtis) turns.seen(jti);
        return NATIVE;
      case 'exposed':
        await exposure.fromPage(request, caller.agent);
        return NATIVE;
    }
  }

  function remember({ resources }: Caller, resource: string): void {
    resources.delete(resource);
    resources.add(resource);
    const [oldest] = resources;
    if (resources.size > MOST_RESOURCES_READ && oldest !== undefined) resources.delete(oldest);
  }

  /**
   * The page waits. Whatever goes wrong, it goes on as it would without Holdfast, and the session shows as exposed. One
   * that has read of no resource, and reads OpenID Connect's metadata, is about to log in to its own site.
   */
  async function discover({ url, dpop, tokenEndpoint }: Discovery, caller: Caller): Promise<void> {
    if (tokenEndpoint) await ports.memory.setPlain(caller.agent, tokenEndpoint, !dpop);
    const isForMcp = caller.resources.size > 0 || isOAuthMetadataUrl(url);
    if (!dpop || !(isForMcp || (await arming.isArmedBy(url, caller.agent)))) return;
    try {
      const server = await servers.discover(url, caller, tokenEndpoint);
      await arming.arm(caller.agent, server, isForMcp ? caller.resources : undefined);
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      record({ at: now(), kind: 'denied', agent: caller.agent, server: originOf(url), code: error.code });
    }
  }

  /** A request to a resource of this agent's left without a proof of ours. With a bearer token, its session is exposed. */
  async function unproved(agent: Origin, url: string, scheme: string | undefined): Promise<void> {
    const origin = originOf(url);
    const what = `${agent} ${origin} ${scheme}`;
    if (noticed.has(what)) return;
    noticed.add(what);
    record({ at: now(), kind: 'unproved', agent, server: origin, code: scheme });
    if (scheme?.toLowerCase() !== 'bearer') return;
    const used = (await ports.sessions.list()).filter(
      (session) => session.agent === agent && session.resource !== undefined && covers(session.resource, url),
    );
    const resource = used[0]?.resource;
    if (!resource || used.some(({ state }) => state === 'exposed')) return;
    // Custody is new: until the next refresh the page holds its own, bound token, which its wrapper knows no more.
    const { custody } = await ports.policies.of(agent);
    if (custody && used.some((session) => session.state === 'bound' && session.handles.by === 'page')) {
      noticed.delete(what);
      return;
    }
    await exposure.note({ agent, reason: 'not_ours', resource });
  }

  return {
    answer,
    arrived: arming.armAgain,
    authorized: arming.authorized,
    unproved,
    observation,
    revoke: revocation.revoke,
    revokeAll: revocation.revokeAll,
    retire: createRetirement(ports, bound).retire,
    drill,
    tidy: createHousekeeping(ports).tidy,
    giveUp: () => endAllWithoutTokens(ports),
    /** The vault is being locked: no token stays in memory, and none is presented. */
    async lock(): Promise<void> {
      drill.stopAll();
      ports.sessions.forgetTokens();
      observation.forgetTokens();
      await ports.rules.withdrawAll();
    },
  };
}

export type Holdfast = ReturnType<typeof createHoldfast>;
