import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type LoopbackServer, listenOnLoopback } from './loopback.ts';
import { sendFile } from './static-files.ts';
import type { Attempt } from './theft/attempt.ts';
import { breakIn } from './theft/break-in.ts';
import { type Loot, searchLoot } from './theft/loot.ts';

export type { Approach, Attempt, StolenNote } from './theft/attempt.ts';
export type { Finds, Loot } from './theft/loot.ts';

/** What the thief's page is told, in order. `scene` empties its bag; `trying` starts and `done` ends the attempts on one loot. */
export type ThiefEvent =
  | { readonly type: 'scene' }
  | { readonly type: 'loot'; readonly loot: Loot }
  | { readonly type: 'trying'; readonly lootId: number }
  | { readonly type: 'attempt'; readonly attempt: Attempt }
  | { readonly type: 'done'; readonly lootId: number };

export interface ThiefServerOptions {
  /** Speaks as `http://<name>.localhost`. Default `thief`. */
  readonly name?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** The folder with the built pages. */
  readonly pages: string;
}

export interface ThiefServer extends LoopbackServer {
  /** Everything stolen so far, oldest first. */
  readonly loot: readonly Loot[];
  /** Everything tried so far, oldest first. */
  readonly attempts: readonly Attempt[];
}

/**
 * Starts the thief: takes what any page sends to `POST /loot`, tells its own page over `GET /loot` (server-sent
 * events), and on `POST /attempts/<loot id>` tries it for real. `POST /scene` with another text empties its page.
 */
export async function startThiefServer(options: ThiefServerOptions): Promise<ThiefServer> {
  const folder = join(options.pages, 'thief');
  const loot: Loot[] = [];
  const attempts: Attempt[] = [];
  const history: ThiefEvent[] = [];
  const listeners = new Set<ServerResponse>();
  let scene: string | undefined;

  const tell = (event: ThiefEvent) => {
    history.push(event);
    for (const listener of listeners) listener.write(frame(event));
  };

  const begin = (next: string) => {
    if (next === scene) return;
    scene = next;
    history.length = 0;
    tell({ type: 'scene' });
  };

  const take = (from: string, stolen: string) => {
    const item: Loot = { id: loot.length + 1, time: Date.now(), from, text: stolen, finds: searchLoot(stolen) };
    loot.push(item);
    tell({ type: 'loot', loot: item });
  };

  const tryOut = async (item: Loot) => {
    tell({ type: 'trying', lootId: item.id });
    for await (const attempt of breakIn(item)) {
      attempts.push(attempt);
      tell({ type: 'attempt', attempt });
    }
    tell({ type: 'done', lootId: item.id });
  };

  const server = await listenOnLoopback(options.name ?? 'thief', options.port ?? 0, (origin) => {
    return async (request, response) => {
      const { pathname } = new URL(request.url ?? '/', origin);
      if (pathname === '/loot' && request.method === 'POST') {
        take(request.headers.origin ?? 'unknown', await text(request));
        response.writeHead(204, { 'access-control-allow-origin': '*' }).end();
      } else if (pathname === '/scene') {
        begin(await text(request));
        response.writeHead(204).end();
      } else if (pathname === '/loot') {
        response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
        response.flushHeaders();
        response.write(history.map(frame).join(''));
        listeners.add(response);
        response.once('close', () => listeners.delete(response));
      } else if (request.method === 'POST') {
        const item = loot.find(({ id }) => pathname === `/attempts/${id}`);
        response.writeHead(item ? 202 : 404).end();
        if (item) await tryOut(item);
      } else {
        await sendFile(response, folder, pathname === '/' ? 'index.html' : pathname);
      }
    };
  });
  return { ...server, loot, attempts };
}

function frame(event: ThiefEvent): string {
  return `data: ${JSON.stringify(event)}\n\n`;
}
