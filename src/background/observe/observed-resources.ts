import { type Origin, originOf } from '../../model/origin.ts';
import { isLive, isUnbound, type Session, type SessionId } from '../../model/session.ts';

interface Parts {
  /** Whether Holdfast may see an origin. */
  readonly isGranted: (origin: Origin) => Promise<boolean>;
  /** One of the hosts has turned out to be visible. */
  readonly changed: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * The resources and servers of the sessions that are listed: their requests are observed. A page can name any server for an
 * unbound session, so of those only hosts count that Chrome lets Holdfast see.
 */
export function createObservedResources({ isGranted, changed, failed }: Parts) {
  const sessions = new Map<SessionId, Session>();
  const visible = new Set<Origin>();

  /** A session as it is now; undefined when there is none any more. */
  function set(id: SessionId, session: Session | undefined): void {
    if (session) sessions.set(id, session);
    else sessions.delete(id);
    if (session && isUnbound(session)) look(session);
  }

  function look(session: Session): void {
    for (const origin of originsOf(session)) if (!visible.has(origin)) lookAt(origin).catch(failed);
  }

  async function lookAt(origin: Origin): Promise<void> {
    if (!(await isGranted(origin)) || visible.has(origin)) return;
    visible.add(origin);
    changed();
  }

  function origins(urlOf: (session: Session) => string | undefined): Origin[] {
    const observed = [...sessions.values()].flatMap((session) => {
      const url = urlOf(session);
      const isSeen = url !== undefined && (!isUnbound(session) || visible.has(originOf(url)));
      return isSeen ? [originOf(url)] : [];
    });
    return [...new Set(observed)];
  }

  return {
    set,
    /** A host permission is new: it may be for one of them. */
    lookAgain(): void {
      for (const session of sessions.values()) if (isUnbound(session)) look(session);
    },
    resources(): string[] {
      const observed = [...sessions.values()].flatMap((session) =>
        session.resource && (!isUnbound(session) || visible.has(originOf(session.resource)))
          ? [session.resource, ...(isLive(session) ? [...(session.reach ?? []), ...(session.further ?? [])] : [])]
          : [],
      );
      return [...new Set(observed)];
    },
    /** The origins of authorization servers. */
    issuers: (): Origin[] => origins(({ issuer }) => issuer),
    /** The origins of resources. */
    servers: (): Origin[] => origins(({ resource }) => resource),
  };
}

function originsOf({ resource, issuer }: Session): Origin[] {
  return [resource, issuer].flatMap((url) => (url ? originOf(url) : []));
}
