import { type Handle, isAccessHandle } from '../../messages/handle.ts';
import type { SessionStore } from '../../sessions/ports.ts';
import type { Session, SessionId, Tokens } from '../../sessions/session.ts';
import { type Database, DURABLE } from './database.ts';
import type { Vault } from './vault.ts';

/**
 * Sessions and their tokens in IndexedDB. What is in use stays in memory, so that a proof costs no read.
 *
 * @param changed is told of each session that was saved, and of each that was removed
 */
export function createSessionStore(
  database: Promise<Database>,
  vault: Vault,
  changed: (id: SessionId, session: Session | undefined) => void,
): SessionStore {
  const known = new Map<SessionId, Session>();
  const byHandle = new Map<Handle, SessionId>();
  const opened = new Map<SessionId, Tokens>();

  function remember(session: Session): Session {
    known.set(session.id, session);
    for (const handle of handlesOf(session)) byHandle.set(handle, session.id);
    return session;
  }

  function forget(id: SessionId): void {
    const session = known.get(id);
    if (session) for (const handle of handlesOf(session)) byHandle.delete(handle);
    known.delete(id);
    opened.delete(id);
  }

  return {
    async get(id) {
      const session = known.get(id) ?? (await (await database).get('sessions', id));
      return session && remember(session);
    },

    async byHandle(handle) {
      const id = byHandle.get(handle);
      const session = id ? known.get(id) : undefined;
      if (session) return session;
      const found = isAccessHandle(handle)
        ? await (await database).getFromIndex('sessions', 'access', handle)
        : await (await database).getFromIndex('sessions', 'refresh', handle);
      return found && remember(found);
    },

    async list() {
      const all = await (await database).getAll('sessions');
      return all.map((stored) => known.get(stored.id) ?? remember(stored));
    },

    async save(session, tokens, codeChallenge) {
      const sealed = tokens && (await vault.seal(session.id, tokens));
      const transaction = (await database).transaction(['sessions', 'tokens', 'authorizations'], 'readwrite', DURABLE);
      const authorizations = transaction.objectStore('authorizations');
      const authorization = codeChallenge === undefined ? undefined : await authorizations.get(codeChallenge);
      await Promise.all([
        transaction.objectStore('sessions').put(session),
        sealed && transaction.objectStore('tokens').put(sealed),
        session.state !== 'bound' && transaction.objectStore('tokens').delete(session.id),
        authorization && authorizations.put({ ...authorization, session: session.id }),
        transaction.done,
      ]);
      forget(session.id);
      remember(session);
      if (tokens) opened.set(session.id, { accessToken: tokens.accessToken, refreshToken: tokens.refreshToken });
      changed(session.id, session);
    },

    async tokens(id) {
      const ready = opened.get(id);
      if (ready) return ready;
      const sealed = await (await database).get('tokens', id);
      const tokens = sealed && (await vault.open(sealed));
      if (tokens) opened.set(id, tokens);
      return tokens;
    },

    async remove(id) {
      const transaction = (await database).transaction(['sessions', 'tokens', 'usage'], 'readwrite', DURABLE);
      await Promise.all([
        transaction.objectStore('sessions').delete(id),
        transaction.objectStore('tokens').delete(id),
        transaction.objectStore('usage').delete(id),
        transaction.done,
      ]);
      forget(id);
      changed(id, undefined);
    },
  };
}

function handlesOf(session: Session): Handle[] {
  if (session.state !== 'bound') return [];
  const { access, refresh } = session.handles;
  return refresh ? [access, refresh] : [access];
}
