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
  close(): Promise<void>;
}

export function createNotebookEndpoint(): NotebookEndpoint {
  const notebooks = new Notebooks();
  const legacy = new LegacySessions(() => createNotebookServer(notebooks));
  const modern = createMcpHandler(() => createNotebookServer(notebooks), { legacy: 'reject' });

  return {
    eraOf: async (request, body) => ((await isLegacyRequest(request, body)) ? 'legacy' : 'modern'),
    fetch(request, authInfo, body, era) {
      if (era === 'legacy') return legacy.fetch(request, authInfo, body);
      return modern.fetch(request, { authInfo, ...(body !== undefined && { parsedBody: body }) });
    },
    async close() {
      await Promise.all([legacy.close(), modern.close()]);
    },
  };
}
