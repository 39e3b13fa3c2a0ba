import browser from 'webextension-polyfill';
import type { SessionId } from '../../model/session.ts';
import type { Ports } from '../../sessions/ports.ts';
import type { Changes } from '../changes.ts';
import type { Journal } from '../journal.ts';
import { createArmingStore } from './arming.ts';
import { createCookieSessionStore } from './cookie-sessions.ts';
import type { Database } from './database.ts';
import { createDrillStore } from './drills.ts';
import { createKeyStore } from './keys.ts';
import { createRawKeyMemory } from './raw-key.ts';
import { createServerMemory } from './server-hints.ts';
import { createServerStore } from './servers.ts';
import { createSessionStore } from './sessions.ts';
import { createUsageStore } from './usage.ts';
import { createVault } from './vault.ts';

interface Parts {
  readonly database: PromiseLike<Database>;
  readonly changes: Changes;
  readonly journal: Journal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

type SessionPorts = Pick<Ports, 'keys' | 'sessions' | 'usage' | 'drills' | 'servers' | 'arming' | 'memory'>;

/** All stores. Their changes go to the hub. */
export function openStores({ database, changes, journal, now }: Parts) {
  const stuck = (error: unknown): void => changes.tell('stuck', error);
  const beside = (id: SessionId): void => changes.tell('beside', id);
  const vault = createVault(database, createRawKeyMemory());
  const ports: SessionPorts = {
    keys: createKeyStore(database, now),
    sessions: createSessionStore(database, vault, (...what) => changes.tell('session', ...what), journal.damaged),
    usage: createUsageStore(database, beside, stuck),
    drills: createDrillStore(database, beside, () => journal.unreadable('drill_damaged')),
    servers: createServerStore(database),
    arming: createArmingStore(database),
    memory: createServerMemory({
      ...{ database, area: browser.storage.session, now, failed: stuck },
      schemeChanged: (resource) => void schemeChanged(resource).catch(changes.failed),
    }),
  };

  changes.on('session', (id, session) => {
    if (!session) ports.drills.remove(id).catch(stuck);
    if (!ports.sessions.isUnsaved(id)) journal.trouble.written();
  });

  /** The sessions of a resource look different from now on. */
  async function schemeChanged(resource: string): Promise<void> {
    for (const session of await ports.sessions.list()) if (session.resource === resource) beside(session.id);
  }

  return {
    ports,
    vault,
    cookieSessions: createCookieSessionStore(database, () => changes.tell('cookieSessions')),
  };
}

export type Stores = ReturnType<typeof openStores>;
