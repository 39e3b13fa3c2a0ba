import type { Drill } from '../../model/drill.ts';
import type { SessionId } from '../../model/session.ts';
import type { DrillStore } from '../../sessions/ports.ts';
import type { Database } from './database.ts';
import { readAll } from './readable.ts';
import { readDrill } from './records.ts';

/**
 * The last drill of each session. One that still runs is in memory only: what a worker that is ended leaves of it is the
 * report before it.
 *
 * @param changed called with the session of each report that changed
 * @param damaged called when a report cannot be read
 */
export function createDrillStore(
  database: PromiseLike<Database>,
  changed: (id: SessionId) => void,
  damaged: () => void = () => undefined,
): DrillStore {
  let known: Promise<Map<string, Drill>> | undefined;

  function all(): Promise<Map<string, Drill>> {
    known ??= load().catch((error) => {
      known = undefined;
      throw error;
    });
    return known;
  }

  async function load(): Promise<Map<string, Drill>> {
    const reports = await readAll(await database, 'drills', readDrill, damaged);
    return new Map(reports.map((report) => [report.session, report]));
  }

  return {
    get: async (id) => (await all()).get(id),

    async show(report) {
      (await all()).set(report.session, report);
      changed(report.session);
    },

    async save(report) {
      await this.show(report);
      await (await database).put('drills', report);
    },

    async remove(id) {
      (await all()).delete(id);
      await (await database).delete('drills', id);
    },
  };
}
