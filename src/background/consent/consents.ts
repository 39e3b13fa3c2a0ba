import browser from 'webextension-polyfill';
import { isOrigin, type Origin, originOf } from '../../model/origin.ts';
import { MOST_CONSENTS } from '../../model/quotas.ts';
import type { Ports } from '../../sessions/ports.ts';
import { joined } from '../../structures/joined.ts';

/** The servers that each agent may use, by the agent's origin. */
export type Consented = Readonly<Record<Origin, readonly Origin[]>>;

/** What is no origin cannot have been stored by us; the others hold all the same. */
function readStored(stored: unknown): Map<Origin, readonly Origin[]> {
  const entries = Object.entries(typeof stored === 'object' && stored !== null ? stored : {});
  return new Map(
    entries.flatMap(([agent, servers]) =>
      isOrigin(agent) && Array.isArray(servers) ? [[agent, (servers as unknown[]).filter(isOrigin)] as const] : [],
    ),
  );
}

interface Parts {
  /** The sessions of before consents were kept: each was begun with the person's yes. */
  readonly sessions: Pick<Ports['sessions'], 'list'>;
  readonly changed: () => void;
}

/**
 * Which servers the person allowed to each agent. Chrome's host permission is the other half: it is the extension's, and does
 * not tell agents apart.
 */
export function createConsents({ sessions, changed }: Parts) {
  const area = browser.storage.local;
  let reading: Promise<Map<Origin, readonly Origin[]>> | undefined;

  function all(): Promise<Map<Origin, readonly Origin[]>> {
    reading ??= read().catch((error) => {
      reading = undefined;
      throw error;
    });
    return reading;
  }

  async function read(): Promise<Map<Origin, readonly Origin[]>> {
    const { consents } = await area.get('consents');
    return consents === undefined ? earlier() : readStored(consents);
  }

  async function earlier(): Promise<Map<Origin, readonly Origin[]>> {
    const found = new Map<Origin, readonly Origin[]>();
    for (const session of await sessions.list()) {
      if (session.state !== 'bound') continue;
      const { agent, resource, issuer, tokenEndpoint } = session;
      const used = [resource, issuer, tokenEndpoint].flatMap((url) => (url === undefined ? [] : [originOf(url)]));
      found.set(agent, joined(found.get(agent) ?? [], used));
    }
    await area.set({ consents: Object.fromEntries(found) });
    return found;
  }

  /** @param made of those before it: nothing is waited for in between, so that changes made at once are all kept */
  async function change(agent: Origin, made: (before: readonly Origin[]) => readonly Origin[]): Promise<void> {
    const known = await all();
    const before = known.get(agent) ?? [];
    const servers = made(before);
    if (servers === before) return;
    if (servers.length > 0) known.set(agent, servers);
    else known.delete(agent);
    await area.set({ consents: Object.fromEntries(known) });
    changed();
  }

  return {
    /** Whether an agent may use a server. Its own origin it may, because the person protects that. */
    holds: async (agent: Origin, server: Origin): Promise<boolean> =>
      agent === server || ((await all()).get(agent) ?? []).includes(server),

    async give(agent: Origin, servers: readonly Origin[]): Promise<void> {
      await change(agent, (before) => joined(before, servers).slice(-MOST_CONSENTS));
    },

    async takeBack(agent: Origin, servers: readonly Origin[]): Promise<void> {
      const isLeft = (server: Origin) => !servers.includes(server);
      await change(agent, (before) => (before.every(isLeft) ? before : before.filter(isLeft)));
    },

    /** Whether an agent has a server that Holdfast was allowed for it. */
    isUsed: async (server: Origin): Promise<boolean> =>
      [...(await all()).values()].some((servers) => servers.includes(server)),

    view: async (): Promise<Consented> => Object.fromEntries(await all()),
  };
}

export type Consents = ReturnType<typeof createConsents>;
