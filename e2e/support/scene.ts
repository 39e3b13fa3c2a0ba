import {
  readActivity,
  readCookieSession,
  readDrill,
  readSession,
  readUsage,
} from '../../src/background/store/records.ts';
import { viewOf } from '../../src/background/views/session-view.ts';
import type { Stores } from './many.ts';
import type { Scene } from './views.ts';

/** What views are told of stored records: read and shown by the background's own code. */
export function sceneOf(...given: readonly Stores[]): Scene & Required<Pick<Scene, 'sessions' | 'details'>> {
  const all = (store: keyof Stores) => given.flatMap((stores) => stores[store] ?? []);
  const usage = new Map(all('usage').map((record) => [record.session, read(readUsage, record)]));
  const drills = new Map(all('drills').map((record) => [record.session, read(readDrill, record)]));
  const sessions = all('sessions').map((record) => read(readSession, record));
  return {
    sessions: sessions.map((session) => {
      const { at, verdict } = drills.get(session.id) ?? {};
      const enforcement = at !== undefined && verdict ? { at, verdict } : undefined;
      return viewOf(session, usage.get(session.id) ?? { proofs: 0, recent: [] }, { enforcement });
    }),
    details: sessions.map(({ id }) => ({ session: id, proof: usage.get(id)?.proof, drill: drills.get(id) })),
    activity: all('activity').map((record) => read(readActivity, record)),
    cookieSessions: all('cookieSessions').map((record) => read(readCookieSession, record)),
  };
}

function read<Found>(reader: (stored: unknown) => Found | undefined, stored: unknown): Found {
  const found = reader(stored);
  if (found === undefined) throw new Error(`Holdfast cannot read ${JSON.stringify(stored)}`);
  return found;
}
