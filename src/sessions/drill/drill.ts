import { lineOf } from '../../model/activity.ts';
import { type Destination, toResource } from '../../model/destination.ts';
import {
  ATTEMPTS,
  type Attempt,
  answerIn,
  type Drill,
  type DrillLine,
  isAttack,
  type RequestAttempt,
  type SkipReason,
  type UnclearReason,
} from '../../model/drill.ts';
import { originOf } from '../../model/origin.ts';
import type { BoundSession, LiveSession, SessionId } from '../../model/session.ts';
import { generateProofKey, type ProofKey } from '../../protocol/dpop/key.ts';
import { readNonce } from '../../protocol/dpop/nonce.ts';
import { HoldfastError } from '../../protocol/error.ts';
import { type HarmlessRequest, harmlessRequests } from '../../protocol/mcp/harmless-request.ts';
import { type EndPorts, endWithoutSecrets } from '../lifecycle/end.ts';
import type { LiveSessions } from '../lifecycle/live-session.ts';
import type { Ports, ProbeReply, Reply } from '../ports.ts';
import { noteRepetition } from '../tokens/repetition.ts';
import { type Credentials, forge, type Materials } from './forge.ts';
import { answerOf, isRateLimited, outcomeOf, repeatsToken, verdictOf } from './judge.ts';

type DrillPorts = EndPorts & Pick<Ports, 'drills' | 'usage' | 'memory' | 'network' | 'random'>;

/** One drill while it runs. */
interface Run {
  readonly session: BoundSession;
  readonly resource: Destination;
  readonly key: ProofKey;
  readonly otherKey: ProofKey;
  readonly lines: DrillLine[];
  /** Set when it has to end before its end. */
  ending?: UnclearReason;
  request?: HarmlessRequest;
  /** The proof with which the control was let in. */
  usedProof?: string;
  /** The server has asked for a nonce, in the drill or before it. */
  demandsNonce: boolean;
  /** MCP sessions that the server opened for it. */
  readonly opened: string[];
  /** The attempts whose answers had the token in them. */
  readonly repeating: Set<RequestAttempt>;
}

/** Of these attempts the nonce is what is tried, or it cannot be another. */
const NONCE_IS_FIXED: ReadonlySet<RequestAttempt> = new Set(['bearer', 'noProof', 'replayed', 'noNonce', 'wrongNonce']);

/**
 * The enforcement drill: the background is the thief who has the session's token, and tries it at the session's own
 * resource, with requests that change nothing. It shows what a server does about a stolen token; no other server gets one.
 */
export function createDrill(ports: DrillPorts, live: LiveSessions) {
  const { sessions, drills, usage, keys, memory, network, record, now, random } = ports;
  const running = new Map<SessionId, Run | undefined>();

  /** Runs the drill on a bound session. One at a time for each. */
  async function run(id: SessionId): Promise<'done' | 'locked' | 'over'> {
    if (running.has(id)) return 'done';
    running.set(id, undefined);
    try {
      const session = await sessions.get(id);
      return session?.state === 'bound' ? await live.unlocked(session, begin) : 'over';
    } finally {
      running.delete(id);
    }
  }

  async function begin(session: LiveSession): Promise<'done' | 'over'> {
    if (session.state !== 'bound') return 'over';
    const { id } = session;
    const resource = session.resource && toResource(session, session.resource);
    if (!resource) return 'over';
    const key = await keys.get(session.binding.thumbprint);
    if (!key) {
      await endWithoutSecrets(ports, session);
      return 'over';
    }
    const { demandsNonce } = await usage.get(id);
    const otherKey = await generateProofKey(session.binding.algorithm);
    const drill: Run = {
      ...{ session, resource, key, otherKey },
      ...{ lines: [], demandsNonce: demandsNonce === true, opened: [], repeating: new Set() },
    };
    running.set(id, drill);
    const report = { session: id, resource, at: now() };
    for (const attempt of ATTEMPTS) {
      await drills.show({ ...report, lines: [...drill.lines] });
      drill.lines.push(await lineFor(attempt, drill));
      if (attempt === 'control' && drill.lines[0]?.outcome !== 'accepted') drill.ending ??= 'controlFailed';
    }
    await endSessions(drill);
    if (drill.repeating.size > 0) await noteRepetition(ports, lineOf(session, now(), resource));
    await conclude({ ...report, lines: drill.lines, verdict: verdictOf(drill.lines, drill.ending) }, session);
    return 'done';
  }

  async function conclude(report: Drill, session: BoundSession): Promise<void> {
    record({ ...lineOf(session, now(), report.resource), kind: 'drilled', code: report.verdict?.kind });
    // A session that ended meanwhile may be off the list, and its report with it.
    if (await sessions.get(session.id)) await drills.save(report);
  }

  async function lineFor(attempt: Attempt, drill: Run): Promise<DrillLine> {
    if (attempt === 'repeatsToken' && drill.repeating.size > 0) {
      return { attempt, outcome: 'repeated', by: [...drill.repeating] };
    }
    if (drill.ending) return skipped(attempt, 'ended');
    return attempt === 'repeatsToken' ? { attempt, outcome: 'notRepeated' } : lineOfRequest(attempt, drill);
  }

  async function lineOfRequest(attempt: RequestAttempt, drill: Run): Promise<DrillLine> {
    const materials = await materialsFor(attempt, drill);
    if (!materials) {
      drill.ending = 'sessionEnded';
      return skipped(attempt, 'ended');
    }
    if (attempt === 'expired' && materials.expiredToken === undefined) return skipped(attempt, 'noExpiredToken');
    if ((attempt === 'noNonce' || attempt === 'wrongNonce') && !drill.demandsNonce) {
      return skipped(attempt, 'noNonceDemanded');
    }
    try {
      const reply = await attack(attempt, materials, drill);
      if (isRateLimited(reply)) drill.ending = 'rateLimited';
      const secrets = [materials.accessToken, materials.expiredToken ?? materials.accessToken];
      return {
        attempt,
        outcome: outcomeOf(attempt, reply.status, drill.lines),
        answer: answerOf(reply, secrets),
      };
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      if (error.code !== 'server_redirected' && isGone(attempt, drill.lines.at(-1))) drill.ending = 'unreachable';
      return { attempt, outcome: 'unclear', answer: { status: 0, error: error.code } };
    }
  }

  /** Undefined when the session has ended. */
  async function materialsFor(attempt: RequestAttempt, drill: Run): Promise<Materials | undefined> {
    const { key, otherKey, resource, usedProof } = drill;
    const { id } = drill.session;
    const origin = originOf(resource);
    const [tokens, session] = await Promise.all([sessions.tokens(id), sessions.get(id)]);
    if (!tokens || !session) return undefined;
    const offset = await memory.clockOffset(origin);
    const old = sessions.replaced(id);
    return {
      ...{ key, otherKey, usedProof, random, url: resource, accessToken: tokens.accessToken },
      expiredToken: old?.expiresAt !== undefined && old.expiresAt <= now() ? old.accessToken : undefined,
      // The first request has none: so it shows whether the server demands one.
      nonce: attempt === 'control' ? undefined : await memory.nonce(origin),
      now: now() + offset,
      expiresAt: session.expiresAt && session.expiresAt + offset,
    };
  }

  /** Sends an attempt; the control finds the request that this server answers. */
  async function attack(attempt: RequestAttempt, materials: Materials, drill: Run): Promise<Reply> {
    if (drill.request) return send(attempt, materials, drill.request, drill);
    const { mcp = {} } = await usage.get(drill.session.id);
    let reply: Reply | undefined;
    for (const request of harmlessRequests(mcp)) {
      reply = await send(attempt, materials, request, drill);
      if (reply.status === 401 || reply.status === 403 || isRateLimited(reply)) break;
      drill.request = request;
      if (reply.status < 300) break;
    }
    if (!reply) throw new HoldfastError('server_unreachable', 'No request was sent.');
    return reply;
  }

  /** Where the server answers that it wants another nonce, it has not looked at what is tried: once more, with that. */
  async function send(
    attempt: RequestAttempt,
    materials: Materials,
    request: HarmlessRequest,
    drill: Run,
  ): Promise<Reply> {
    const tried = async (credentials: Credentials): Promise<Reply> => {
      const reply = await exchange(credentials, request, drill);
      if (repeatsToken(reply, materials.accessToken)) drill.repeating.add(attempt);
      return reply;
    };
    const credentials = await forge(attempt, materials);
    const reply = await tried(credentials);
    const given = readNonce(reply.header('DPoP-Nonce'));
    if (answerOf(reply, []).error !== 'use_dpop_nonce') return keep(attempt, credentials, reply, drill);
    drill.demandsNonce = true;
    if (NONCE_IS_FIXED.has(attempt) || given === undefined || given === credentials.nonce) return reply;
    const again = await forge(attempt, { ...materials, nonce: given });
    return keep(attempt, again, await tried(again), drill);
  }

  function keep(attempt: RequestAttempt, { proof }: Credentials, reply: Reply, drill: Run): Reply {
    if (attempt === 'control' && proof !== undefined) drill.usedProof = proof;
    return reply;
  }

  async function exchange(
    { authorization, proof }: Credentials,
    { headers, body, opensSession }: HarmlessRequest,
    { resource, session, opened }: Run,
  ): Promise<ProbeReply> {
    const reply = await network.probe(resource, session.agent, {
      method: 'POST',
      headers: { ...headers, Authorization: authorization, ...(proof !== undefined && { DPoP: proof }) },
      body,
    });
    const nonce = readNonce(reply.header('DPoP-Nonce'));
    if (nonce) await memory.setNonce(originOf(resource), nonce);
    const id = reply.header('Mcp-Session-Id');
    if (opensSession && reply.status < 300 && id !== null) opened.push(id);
    return reply;
  }

  /** Leaves nothing behind: MCP sessions that were opened are ended (MCP 2025-11-25, Session Management). */
  async function endSessions(drill: Run): Promise<void> {
    for (const id of drill.opened) {
      const materials = await materialsFor('controlAgain', drill);
      if (!materials) return;
      const { authorization, proof } = await forge('controlAgain', { ...materials, method: 'DELETE' });
      const headers = { Authorization: authorization, DPoP: proof ?? '', 'Mcp-Session-Id': id };
      // The server ends it by itself, sooner or later.
      await network.probe(drill.resource, drill.session.agent, { method: 'DELETE', headers }).catch(() => undefined);
    }
  }

  /** Ends a drill after the request that is under way: the person wants it, or the vault is being locked. */
  function stop(id: SessionId, reason: 'stopped' | 'sessionEnded' = 'stopped'): void {
    const drill = running.get(id);
    if (drill) drill.ending ??= reason;
  }

  function stopAll(): void {
    for (const id of running.keys()) stop(id, 'sessionEnded');
  }

  return { run, stop, stopAll };
}

/** A server that gives no answer once may have stumbled over what was tried; it is gone when it gives none twice, or to a control. */
function isGone(attempt: RequestAttempt, before: DrillLine | undefined): boolean {
  return !isAttack(attempt) || (before !== undefined && answerIn(before)?.status === 0);
}

function skipped(attempt: Attempt, reason: SkipReason): DrillLine {
  return { attempt, outcome: 'skipped', skipped: reason };
}
