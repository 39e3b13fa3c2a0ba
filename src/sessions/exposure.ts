import { expiryOf, scopesOf } from './grant.ts';
import type { Ports } from './ports.ts';

import type { ExposedReason, ExposedSession, Origin, SessionId } from './session.ts';

/** What is known of a plain bearer token in a page: never the token. */
export interface Exposed {
  readonly agent: Origin;
  readonly reason: ExposedReason;
  readonly resource?: string | undefined;
  readonly issuer?: string | undefined;
  readonly clientId?: string | undefined;
  readonly scope?: string | undefined;
  /** Seconds. */
  readonly expiresIn?: number | undefined;
}

/** Sessions whose page holds a plain bearer token. There is one for each agent, resource and client. */
export function createExposure({
  sessions,
  record,
  now,
  random,
}: Pick<Ports, 'sessions' | 'record' | 'now' | 'random'>) {
  async function expose(found: Exposed): Promise<ExposedSession> {
    const { agent, reason, resource, issuer, clientId, scope } = found;
    const before = (await sessions.list()).find(
      (session) =>
        session.state === 'exposed' &&
        session.agent === agent &&
        session.resource === resource &&
        session.clientId === clientId,
    );
    const session: ExposedSession = {
      state: 'exposed',
      id: before?.id ?? (random() as SessionId),
      agent,
      resource,
      issuer,
      clientId,
      scopes: scopesOf(scope),
      issuedAt: now(),
      expiresAt: expiryOf(found, now()),
      reason,
    };
    await sessions.save(session);
    record({
      at: now(),
      kind: 'exposed',
      agent,
      session: session.id,
      server: resource && new URL(resource).origin,
      code: reason,
    });
    return session;
  }

  return { expose };
}

export type Exposure = ReturnType<typeof createExposure>;
