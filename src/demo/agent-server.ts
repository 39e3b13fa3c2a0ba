import { join } from 'node:path';
import { type LoopbackServer, listenOnLoopback } from './loopback.ts';
import { sendFile, sendJson } from './static-files.ts';

/** What the agent's page reads from `/config.json`. */
export interface AgentConfig {
  /** The MCP server's canonical URI. */
  readonly resource: string;
  /** The thief's origin, or `null` when there is none to show. */
  readonly thief: string | null;
}

export interface AgentServerOptions {
  /** Speaks as `http://<name>.localhost`. Default `agent`. */
  readonly name?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** The folder with the built pages. */
  readonly pages: string;
  readonly config: AgentConfig;
}

/** Serves the agent's page, its callback page and its configuration. */
export function startAgentServer(options: AgentServerOptions): Promise<LoopbackServer> {
  const folder = join(options.pages, 'agent');
  return listenOnLoopback(options.name ?? 'agent', options.port ?? 0, (origin) => async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', origin);
    if (pathname === '/config.json') return sendJson(response, options.config);
    if (pathname === '/callback') return sendFile(response, folder, 'callback.html');
    return sendFile(response, folder, pathname === '/' ? 'index.html' : pathname);
  });
}
