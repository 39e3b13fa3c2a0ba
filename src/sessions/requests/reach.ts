import { toResource } from '../../model/destination.ts';
import { RESOURCE_REST_MS } from '../../model/lifetimes.ts';
import { isSameOrigin, originOf } from '../../model/origin.ts';
import { MOST_REACH, MOST_RESTING } from '../../model/quotas.ts';
import type { LiveSession, SessionId } from '../../model/session.ts';
import { readNonce } from '../../protocol/dpop/nonce.ts';
import { createProof } from '../../protocol/dpop/proof.ts';
import { codeOf } from '../../protocol/error.ts';
import { hasLiteralPath } from '../../protocol/http/host.ts';
import { readEndpointEvent } from '../../protocol/mcp/endpoint-event.ts';
import { covers } from '../../protocol/mcp/resource.ts';
import { keep } from '../../structures/bounded-map.ts';
import type { LiveSessions } from '../lifecycle/live-session.ts';
import { secretsOf } from '../lifecycle/secrets.ts';
import { fieldValue, type Ports, type Reply } from '../ports.ts';
import type { Schemes } from './token-scheme.ts';

interface Parts {
  readonly live: LiveSessions;
  readonly schemes: Pick<Schemes, 'fieldOf'>;
}

/**
 * The addresses that a session uses besides its resource: one that its server redirects to, and one that the stream of the
 * HTTP+SSE transport names. Both are on the resource's origin, and both come from the server: the network shows the
 * redirect, and the stream is read here. A page's word does not count. A given key has none: the person has said where it goes.
 */
export function createReach(ports: Ports, { live, schemes }: Parts) {
  const { sessions, memory, network, record, now, random } = ports;
  const resting = new Map<SessionId, number>();
  const asking = new Map<SessionId, Promise<void>>();

  /** A request of a session was redirected with 307 or 308. */
  async function redirected(id: SessionId, from: string, to: string): Promise<void> {
    const task = async (session: LiveSession) => toResource(session, from) && add(session, to);
    await live
      .inTurn(id, task)
      .catch((error) => record({ at: now(), kind: 'failed', session: id, code: codeOf(error) }));
  }

  /** The session after the changes that are under way, and after its server was asked for its address for messages. */
  async function lookAgain(session: LiveSession, method: string, url: string): Promise<LiveSession | undefined> {
    const { id, resource } = session;
    const current = await afterOthers(id);
    if (!current || current.state === 'given' || toResource(current, url)) return current;
    if (method !== 'POST' || !resource || !isSameOrigin(resource, url)) return current;
    if ((resting.get(id) ?? 0) > now()) return current;
    const run = asking.get(id) ?? ask(current, resource, url).finally(() => asking.delete(id));
    asking.set(id, run);
    await run;
    return afterOthers(id);
  }

  async function ask(session: LiveSession, resource: string, url: string): Promise<void> {
    const { id } = session;
    const said = await live.unlocked(session, async (current) => ({
      stream: await firstEvent(current, resource).catch(() => undefined), // then it named nothing
    }));
    const stream = typeof said === 'string' ? undefined : said.stream;
    const named = stream?.status === 200 ? readEndpointEvent(stream.body, resource) : undefined;
    const address = named && addressFor(named, url);
    if (address === undefined) {
      keep(resting, id, now() + RESOURCE_REST_MS, MOST_RESTING);
      return;
    }
    resting.delete(id);
    await live.inTurn(id, (current) => add(current, address));
  }

  /** The beginning of the stream, as the agent was given it; once more where the server wants a nonce. */
  async function firstEvent(session: LiveSession, resource: string): Promise<Reply | undefined> {
    const first = await open(session, resource);
    const nonce = readNonce(first?.header('DPoP-Nonce') ?? null);
    if (first?.status === 200 || nonce === undefined) return first;
    await memory.setNonce(originOf(resource), nonce);
    return open(session, resource);
  }

  async function open(session: LiveSession, resource: string): Promise<Reply | undefined> {
    const origin = originOf(resource);
    const to = toResource(session, resource);
    const secrets = await secretsOf(ports, session);
    if (!to || !secrets) return undefined;
    const {
      key,
      tokens: { accessToken },
    } = secrets;
    const field = await schemes.fieldOf(session, resource);
    const [nonce, offset] = await Promise.all([memory.nonce(origin), memory.clockOffset(origin)]);
    const proof =
      key &&
      field.scheme === 'DPoP' &&
      (await createProof(
        key,
        { method: 'GET', url: resource, accessToken, nonce },
        { now: now() + offset, jti: random() },
      ));
    return network.firstEvent(to, session.agent, {
      Accept: 'text/event-stream',
      [field.header]: fieldValue({ ...field, accessToken }),
      ...(proof && { DPoP: proof }),
    });
  }

  /** The session after the changes that are under way; undefined when it has ended. */
  async function afterOthers(id: SessionId): Promise<LiveSession | undefined> {
    const session = await live.inTurn(id, async (current) => current);
    return session === 'over' ? undefined : session;
  }

  async function add(session: LiveSession, to: string): Promise<void> {
    const { resource, reach = [] } = session;
    const { origin, pathname } = new URL(to);
    if (!resource || session.state === 'given' || !isSameOrigin(resource, to) || !hasLiteralPath(to)) return;
    if (toResource(session, to) || reach.length >= MOST_REACH) return;
    await sessions.save({ ...session, reach: [...reach, origin + pathname] });
  }

  return { redirected, lookAgain };
}

export type Reach = ReturnType<typeof createReach>;

/**
 * What of the address that a server named for one stream holds for another stream's: all of it or, where the last segment
 * is the stream's own, the folder.
 */
function addressFor(named: string, url: string): string | undefined {
  if (covers(named, url)) return named;
  const folder = new URL('.', named).href.replace(/\/$/, '');
  return new URL(folder).pathname !== '/' && new URL('.', url).href === `${folder}/` ? folder : undefined;
}
