import { type AuthInfo, createMcpHandler, isLegacyRequest } from '@modelcontextprotocol/server';
import { LegacySessions } from './legacy-sessions.ts';
import { Notebooks } from './notebook.ts';
import { createNotebookServer } from './tools.ts';

/** `legacy` is the protocol of 2025, `modern` that of 2026-07-28. */
export type Era = 'legacy' | 'modern';

/** The notebook behind its URL, for clients of both protocols. Access is decided before. */
export interface NotebookEndpoint {
  /** Which protocol a request speaks. */
  eraOf(request: Request, body: unknown): Promise<Era>;
  fetch(request: Request, authInfo: AuthInfo, body: unknown, era: Era): Promise<Response>;
  /** Says something on the GET stream of every session of the 2025 protocol. */
  notify(data: string): Promise<void>;
  /** Ends every session of the 2025 protocol. */
  endSessions(): Promise<void>;
  close(): Promise<void>;
}

/** @param resumable whether clients of the 2025 protocol may resume a stream that was cut */
export function createNotebookEndpoint(resumable: boolean): NotebookEndpoint {
  const notebooks = new Notebooks();
  const legacy = new LegacySessions(() => createNotebookServer(notebooks), resumable);
  const modern = createMcpHandler(() => createNotebookServer(notebooks), { legacy: 'reject' });

  return {
    eraOf: async (request, body) => ((await isLegacyRequest(request, body)) ? 'legacy' : 'modern'),
    fetch(request, authInfo, body, era) {
      if (era === 'legacy') return legacy.fetch(request, authInfo, body);
      return modern.fetch(request, { authInfo, ...(body !== undefined && { parsedBody: body }) });
    },
    notify: (data) => legacy.notify(data),
    endSessions: () => legacy.close(),
    async close() {
      await Promise.all([legacy.close(), modern.close()]);
    },
  };
}
