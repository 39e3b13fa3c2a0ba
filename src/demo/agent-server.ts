import { join } from 'node:path';
import { type LoopbackServer, listenOnLoopback } from './loopback.ts';
import type { ResourceServerEntry } from './resource/log.ts';
import { WEAKNESSES, type Weakness } from './resource/weakness.ts';
import { sendFile, sendJson } from './static-files.ts';

/** What the agent's page reads from `/config.json`. */
export interface AgentConfig {
  /** The MCP server's canonical URI. */
  readonly resource: string;
  /** That of the one that knows bearer tokens alone. */
  readonly bearerOnly: string;
  /** The thief's origin, or `null` when there is none to show. */
  readonly thief: string | null;
}

/** What the stage shows of the MCP server, from `/mcp-server.json`. */
export interface ServerReport {
  readonly weak: readonly Weakness[];
  /** Whether a drill was run: nobody else sends a proof without a signature. */
  readonly drilled: boolean;
  /** The newest first. */
  readonly requests: readonly {
    readonly id: number;
    readonly what: string;
    readonly carried: string;
    readonly status: number;
    readonly error?: string | undefined;
    readonly description?: string | undefined;
  }[];
}

/** The MCP server, as far as the stage shows and weakens it. */
export interface ShownServer {
  readonly log: readonly ResourceServerEntry[];
  readonly weak: Set<Weakness>;
}

export interface AgentServerOptions {
  /** Speaks as `http://<name>.localhost`. Default `agent`. */
  readonly name?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** The folder with the built pages. */
  readonly pages: string;
  readonly config: AgentConfig;
  /** For the stage's third act. */
  readonly server?: ShownServer;
}

/** Serves the agent's page, its callback page and its configuration. */
export function startAgentServer(options: AgentServerOptions): Promise<LoopbackServer> {
  const folder = join(options.pages, 'agent');
  return listenOnLoopback(options.name ?? 'agent', options.port ?? 0, (origin) => async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', origin);
    if (pathname === '/config.json') return sendJson(response, options.config);
    if (pathname === '/mcp-server.json' && options.server) {
      if (request.method === 'POST') weaken(options.server, await json(request));
      return sendJson(response, reportOf(options.server));
    }
    if (pathname === '/callback') return sendFile(response, folder, 'callback.html');
    return sendFile(response, folder, pathname === '/' ? 'index.html' : pathname);
  });
}

/** So many requests are shown. */
const SHOWN = 40;

function reportOf({ log, weak }: ShownServer): ServerReport {
  const calls = log
    .map((entry, id) => ({ ...entry, id }))
    .filter(({ method, rpcMethod }) => method === 'POST' && rpcMethod);
  const requests = calls
    .slice(-SHOWN)
    .map(({ id, rpcMethod, tool, scheme, proofs, status, error, errorDescription }) => ({
      id,
      what: [rpcMethod, tool].filter(Boolean).join(' '),
      carried: [scheme ?? 'no token', proofs > 0 && 'with a proof'].filter(Boolean).join(' '),
      status,
      error,
      description: errorDescription,
    }));
  return {
    weak: [...weak],
    drilled: log.some(({ proof }) => proof?.header.alg === 'none'),
    requests: requests.reverse(),
  };
}

function weaken({ weak }: ShownServer, wanted: unknown): void {
  weak.clear();
  for (const weakness of WEAKNESSES) if (Array.isArray(wanted) && wanted.includes(weakness)) weak.add(weakness);
}

async function json(request: AsyncIterable<Buffer>): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return undefined; // not JSON: nothing is wanted
  }
}
