import { type Handle, isRefreshHandle, type TokenDigest } from '../../model/handle.ts';
import type { Origin } from '../../model/origin.ts';
import { type DamagedSession, isLive, type Session, type SessionId } from '../../model/session.ts';
import type { AccessToken, Tokens } from '../../model/tokens.ts';
import type { SessionStore } from '../../sessions/ports.ts';
import { type Database, DURABLE } from './database.ts';
import { readSession } from './records.ts';
import type { SealedTokens } from './sealed-tokens.ts';
import type { Vault } from './vault.ts';

/** What could not be written. */
interface Unsaved {
  readonly session: Session;
  readonly tokens: Tokens;
}

/**
 * Sessions and their tokens in IndexedDB. What is in use stays in memory, so that a proof costs no read.
 *
 * @param changed called with each session that was saved, and with the id of each that was removed, and whose it was
 * @param damaged called once for each record that cannot be read, with its session where that is known
 */
export function createSessionStore(
  database: PromiseLike<Database>,
  vault: Vault,
  changed: (id: SessionId, session: Session | undefined, agent: Origin | undefined) => void,
  damaged: (session: DamagedSession | undefined) => void = () => undefined,
): SessionStore {
  const known = new Map<SessionId, Session>();
  const byHandle = new Map<Handle | TokenDigest, SessionId>();
  const opened = new Map<SessionId, Tokens>();
  const unsaved = new Map<SessionId, Unsaved>();
  const replaced = new Map<SessionId, { accessToken: AccessToken; expiresAt: number | undefined }>();
  const reported = new Set<unknown>();
  /** Whether every stored session is in memory. */
  let isComplete = false;
  let changes = 0;

  function remember(session: Session): Session {
    known.set(session.id, session);
    for (const handle of handlesOf(session)) byHandle.set(handle, session.id);
    return session;
  }

  function read(stored: Session | undefined): Session | undefined {
    if (!stored) return undefined;
    const session = known.get(stored.id) ?? readSession(stored);
    if (session && session.state !== 'damaged') return remember(session);
    if (!reported.has(stored.id)) damaged(session);
    reported.add(stored.id);
    return session && remember(session);
  }

  function forget(id: SessionId): void {
    changes += 1;
    const session = known.get(id);
    if (session) for (const handle of handlesOf(session)) byHandle.delete(handle);
    known.delete(id);
    opened.delete(id);
    replaced.delete(id);
  }

  function replace(session: Session, tokens: Tokens | undefined): void {
    const before = opened.get(session.id)?.accessToken;
    const isNew = before !== undefined && tokens !== undefined && tokens.accessToken !== before;
    const old = isNew ? { accessToken: before, expiresAt: known.get(session.id)?.expiresAt } : replaced.get(session.id);
    forget(session.id);
    remember(session);
    if (old && session.state === 'bound') replaced.set(session.id, old);
    if (tokens) opened.set(session.id, { accessToken: tokens.accessToken, refreshToken: tokens.refreshToken });
    changed(session.id, session, session.agent);
  }

  async function write(session: Session, sealed: SealedTokens | undefined, codeChallenge?: string): Promise<void> {
    const transaction = (await database).transaction(['sessions', 'tokens', 'authorizations'], 'readwrite', DURABLE);
    const authorizations = transaction.objectStore('authorizations');
    const authorization = codeChallenge === undefined ? undefined : await authorizations.get(codeChallenge);
    await Promise.all([
      transaction.objectStore('sessions').put(session),
      sealed && transaction.objectStore('tokens').put(sealed),
      !isLive(session) && transaction.objectStore('tokens').delete(session.id),
      authorization && authorizations.put({ ...authorization, session: session.id }),
      transaction.done,
    ]);
  }

  /** Once more for what could not be written, when it is used. */
  async function writeUnsaved(id: SessionId, kept: Unsaved): Promise<void> {
    try {
      const sealed = await vault.seal(id, kept.tokens);
      if (unsaved.get(id) !== kept) return;
      await write(kept.session, sealed);
    } catch {
      return; // that there is no room was said before, and its session goes on saying so
    }
    if (unsaved.get(id) !== kept) return;
    unsaved.delete(id);
    changed(id, kept.session, kept.session.agent);
  }

  return {
    async get(id) {
      return known.get(id) ?? read(await (await database).get('sessions', id));
    },

    async byHandle(handle) {
      const id = byHandle.get(handle);
      const session = id ? known.get(id) : undefined;
      if (session) return session;
      return isRefreshHandle(handle)
        ? read(await (await database).getFromIndex('sessions', 'refresh', handle))
        : read(await (await database).getFromIndex('sessions', 'access', handle));
    },

    async list() {
      if (isComplete) return [...known.values()];
      const before = changes;
      const all = await (await database).getAll('sessions');
      const sessions = all.flatMap((stored) => read(stored) ?? []);
      isComplete = before === changes && sessions.length === known.size;
      return sessions;
    },

    async save(session, given, codeChallenge) {
      const kept = unsaved.get(session.id);
      unsaved.delete(session.id);
      const tokens = given ?? (isLive(session) ? kept?.tokens : undefined);
      try {
        await write(session, tokens && (await vault.seal(session.id, tokens)), codeChallenge);
      } catch (error) {
        if (kept) unsaved.set(session.id, kept);
        throw error;
      }
      replace(session, tokens);
    },

    keepUnsaved(session, tokens) {
      unsaved.set(session.id, { session, tokens });
      replace(session, tokens);
    },

    isUnsaved: (id) => unsaved.has(id),

    async tokens(id) {
      const kept = unsaved.get(id);
      if (kept) await writeUnsaved(id, kept);
      const ready = opened.get(id);
      if (ready) return ready;
      const sealed = await (await database).get('tokens', id);
      const tokens = sealed && (await vault.open(sealed));
      if (tokens) opened.set(id, tokens);
      return tokens;
    },

    replaced: (id) => replaced.get(id),

    forgetTokens() {
      replaced.clear();
      for (const id of opened.keys()) if (!unsaved.has(id)) opened.delete(id);
    },

    async remove(id) {
      const transaction = (await database).transaction(['sessions', 'tokens', 'usage'], 'readwrite', DURABLE);
      await Promise.all([
        transaction.objectStore('sessions').delete(id),
        transaction.objectStore('tokens').delete(id),
        transaction.objectStore('usage').delete(id),
        transaction.done,
      ]);
      const agent = known.get(id)?.agent;
      unsaved.delete(id);
      forget(id);
      changed(id, undefined, agent);
    },
  };
}

function handlesOf(session: Session): (Handle | TokenDigest)[] {
  if (!isLive(session)) return [];
  const { access, refresh } = session.handles;
  return refresh ? [access, refresh] : [access];
}
