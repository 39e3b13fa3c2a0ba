import type { PageReply, PageRequest, ReplyTo } from '../messages/page.ts';
import { isAccessHandle } from '../model/handle.ts';
import { isSameOrigin, type Origin, originOf } from '../model/origin.ts';
import { holderOf, holdsBearer } from '../model/policy.ts';
import { MOST_RESOURCES_READ } from '../model/quotas.ts';
import { resourceAt } from '../model/server.ts';
import type { LiveSession, SessionId } from '../model/session.ts';
import { codeOf, HoldfastError } from '../protocol/error.ts';
import { covers } from '../protocol/mcp/resource.ts';
import { isOAuthMetadataUrl } from '../protocol/oauth/well-known.ts';
import { createDrill } from './drill/drill.ts';
import { createExposure } from './exposed/exposure.ts';
import { createForms } from './forms.ts';
import { createFurtherAddresses } from './further/further-addresses.ts';
import { createGivenKeys } from './given/given-keys.ts';
import { endAllWithoutTokens, endWithoutSecrets } from './lifecycle/end.ts';
import { createEndUnasked } from './lifecycle/end-unasked.ts';
import { createHousekeeping } from './lifecycle/housekeeping.ts';
import { createLiveSessions } from './lifecycle/live-session.ts';
import { createRename } from './lifecycle/rename.ts';
import { PASS, readable } from './page-answer.ts';
import { withPermission } from './permission.ts';
import type { Caller, Ports } from './ports.ts';
import { createBreaker } from './requests/breaker.ts';
import { createPassedOn } from './requests/passed-on.ts';
import { createProofLog } from './requests/proof-log.ts';
import { createProver } from './requests/prove.ts';
import { createReach } from './requests/reach.ts';
import { createSchemes } from './requests/token-scheme.ts';
import { createUnreached, type LeftHandle } from './requests/unreached.ts';
import { createArming } from './sign-in/arming.ts';
import { createExchange } from './sign-in/exchange.ts';
import { createPush } from './sign-in/pushed-request.ts';
import { createServers } from './sign-in/server-discovery.ts';
import { createMarks } from './slots/marks.ts';
import { createSlotQueue } from './slots/slot-queue.ts';
import { afterFailure } from './storage-failure-answer.ts';
import { createRefresh } from './tokens/refresh.ts';
import { createRetirement } from './tokens/retire-key.ts';
import { createRevocation } from './tokens/revocation.ts';
import { createTokenEndpoint } from './tokens/token-endpoint.ts';

type Request<Kind extends PageRequest['kind']> = Extract<PageRequest, { kind: Kind }>;
type Discovery = Request<'discover'>;
type Answers = {
  readonly [Kind in PageRequest['kind']]: (request: Request<Kind>, caller: Caller) => Promise<ReplyTo<Kind>>;
};

/** The use cases, wired: what a page may ask, what the network saw, and what the person does. */
export function createHoldfast(outside: Ports) {
  const ports = withPermission(outside);
  const { record, failed, now } = ports;
  const servers = createServers(ports);
  const arming = createArming(ports, servers);
  const exposure = createExposure(ports, servers);
  const endpoint = createTokenEndpoint(ports);
  const live = createLiveSessions(ports);
  const revocation = createRevocation(ports, live, servers);
  const endUnasked = createEndUnasked(ports, { live, revoke: revocation.revoke });
  const slots = createSlotQueue(
    now,
    (slot, holder) => void recall(slot.tab, holder).catch(failed),
    (slot) => void prover.emptied(slot).catch(failed),
  );
  const breaker = createBreaker(now);
  const schemes = createSchemes(ports, servers);
  const marks = createMarks(ports.random);
  const reach = createReach(ports, { live, schemes });
  const proofLog = createProofLog(ports, {
    ...{ slots, breaker, schemes, marks, redirected: reach.redirected, unasked: endUnasked.happened },
  });
  const passedOn = createPassedOn(ports);
  const further = createFurtherAddresses(ports, { live, servers });
  const prover = createProver(ports, {
    ...{ servers, live, slots, breaker, proofLog, schemes, marks, reach, further, endLost },
  });
  const forms = createForms({
    ports,
    exchange: createExchange(ports, { servers, arming, exposure, endpoint, revoke: revocation.revoke }),
    refresh: createRefresh(ports, { live, servers, exposure, endpoint, endLost }),
    revocation,
    exposure,
    push: createPush(ports, servers, arming, endpoint),
  });

  const unreached = createUnreached(ports);
  const givenKeys = createGivenKeys(ports, live);
  const drill = createDrill(ports, live);
  const noticed = new Set<string>();

  /** A session's page is about to sign in anew, for its key or its tokens are gone: the key that its request would name may be, too. */
  async function endLost(session: LiveSession): Promise<void> {
    await endWithoutSecrets(ports, session);
    await arming.armAgain(session.agent).catch((error) => failed(error, session.agent));
  }

  /** Others wait for what a session's page holds unused. */
  async function recall(tab: number, holder: SessionId): Promise<void> {
    const session = await ports.sessions.get(holder);
    if (session) ports.recall(tab, session.agent);
  }

  const answerTo = (kind: PageRequest['kind']) =>
    answers[kind] as (request: PageRequest, caller: Caller) => Promise<PageReply>;

  /** Answers one request of a page. */
  async function answer(request: PageRequest, caller: Caller): Promise<PageReply> {
    try {
      return await answerTo(request.kind)(request, caller);
    } catch (error) {
      const code = codeOf(error);
      failed(error, caller.agent);
      return afterFailure(request, caller.agent, code, ports.policies);
    }
  }

  /** The answer to each request of a page. */
  const answers: Answers = {
    hello: async () => PASS,
    async resource({ url }, caller) {
      remember(caller, url);
      await ports.memory.lookedAt(caller.agent, originOf(url));
      return PASS;
    },
    async discover(request, caller) {
      await discover(request, caller);
      return PASS;
    },
    form: forms.answer,
    prove,
    async aside({ url }, caller) {
      await prover.stepAside(url, caller);
      return PASS;
    },
    async unreached(_, caller) {
      unreached.started(caller.agent);
      return PASS;
    },
    challenge: async ({ challenge }) => readable(challenge),
    async passedOn({ url, handles }, { agent }) {
      for (const handle of handles) await passedOn.note(handle, url, agent);
      return PASS;
    },
    async dropped({ jtis }) {
      for (const jti of jtis) proofLog.dropped(jti);
      return PASS;
    },
    async typed({ url }, { agent }) {
      if (await givenKeys.isTyped(agent, url))
        await exposure.note({ agent, reason: 'typed', resource: resourceAt(url) });
      return PASS;
    },
    async exposed(request, caller) {
      await exposure.fromPage(request, caller.agent);
      return PASS;
    },
  };

  /** A handle that the page presents to somebody else is noted, and does not leave: the prover says why. */
  async function prove(request: Request<'prove'>, caller: Caller): Promise<ReplyTo<'prove'>> {
    const { token, url, refused } = request;
    if (!refused && isAccessHandle(token)) await passedOn.note(token, url, caller.agent);
    return prover.prove(request, caller);
  }

  function remember({ resources }: Caller, resource: string): void {
    resources.delete(resource);
    resources.add(resource);
    const [oldest] = resources;
    if (resources.size > MOST_RESOURCES_READ && oldest !== undefined) resources.delete(oldest);
  }

  /**
   * The page waits. Whatever goes wrong, it goes on as it would without Holdfast, and the session shows as exposed. One
   * that has read of no resource, and reads OpenID Connect's metadata, is about to log in to its own site. A server without
   * DPoP is looked at where its tokens may be held: of a document that has read of a resource.
   */
  async function discover({ url, dpop, tokenEndpoint }: Discovery, caller: Caller): Promise<void> {
    // Any server's metadata can name another's endpoint, and would say of it what it likes.
    if (tokenEndpoint && isSameOrigin(tokenEndpoint, url)) {
      await ports.memory.setPlain(caller.agent, tokenEndpoint, !dpop);
    }
    const isForMcp = caller.resources.size > 0 || isOAuthMetadataUrl(url);
    const isBound = dpop && (isForMcp || (await arming.isArmedBy(url, caller.agent)));
    const isHeld = caller.resources.size > 0 && holdsBearer(await ports.policies.of(caller.agent));
    if (!isBound && !isHeld) return;
    try {
      const server = await servers.discover(url, caller, tokenEndpoint);
      if (isHeld) await arming.know(caller.agent, server);
      if (isBound) await arming.arm(caller.agent, server, isForMcp ? caller : undefined);
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      record({ at: now(), kind: 'denied', agent: caller.agent, server: originOf(url), code: error.code });
    }
  }

  /** A request to a resource of this agent's left without a proof of ours. With a bearer token, its session is exposed. */
  async function unproved(agent: Origin, url: string, scheme: string | undefined, left?: LeftHandle): Promise<void> {
    if (left && (await unreached.left(agent, url, left))) return;
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
    const isKept = holderOf(await ports.policies.of(agent), resource) === 'holdfast';
    if (isKept && used.some((session) => session.state === 'bound' && session.handles.by === 'page')) {
      noticed.delete(what);
      return;
    }
    const reason = (await givenKeys.isTyped(agent, url)) ? 'typed' : 'not_ours';
    await exposure.note({ agent, reason, resource });
  }

  return {
    answer,
    arrived: arming.armAgain,
    authorized: arming.authorized,
    unproved,
    proofLog,
    heldBackUntil: breaker.heldBackUntil,
    revoke: (id: SessionId) => revocation.revoke(id),
    revokeAll: revocation.revokeAll,
    endUnasked: endUnasked.choose,
    givenKeys,
    rename: createRename(ports, live),
    takeBack: further.takeBack,
    retire: createRetirement(ports, live).retire,
    drill,
    tidy: createHousekeeping(ports).tidy,
    giveUp: () => endAllWithoutTokens(ports),
    tabLeft: slots.leave,
    /** The vault is being locked: no token stays in memory, and none is presented. */
    async lock(): Promise<void> {
      drill.stopAll();
      ports.sessions.forgetTokens();
      proofLog.forgetTokens();
      await ports.rules.withdrawAll();
    },
  };
}

export type Holdfast = ReturnType<typeof createHoldfast>;
