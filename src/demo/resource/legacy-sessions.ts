import { randomUUID } from 'node:crypto';
import {
  type AuthInfo,
  isInitializeRequest,
  legacyStatelessFallback,
  type McpServer,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';

interface LegacySession {
  readonly sub: unknown;
  readonly transport: WebStandardStreamableHTTPServerTransport;
}

/**
 * Serves clients of the 2025 protocol: with `Mcp-Session-Id`, a GET stream and DELETE once they have initialized, and
 * without a session to whoever just posts a call. A session belongs to the subject that opened it.
 */
export class LegacySessions {
  readonly #sessions = new Map<string, LegacySession>();
  readonly #createServer: () => McpServer;

  constructor(createServer: () => McpServer) {
    this.#createServer = createServer;
  }

  async fetch(request: Request, authInfo: AuthInfo, body: unknown): Promise<Response> {
    const options = { authInfo, parsedBody: body };
    const id = request.headers.get('mcp-session-id');
    if (id !== null) {
      const session = this.#sessions.get(id);
      return session && session.sub === authInfo.extra?.sub
        ? session.transport.handleRequest(request, options)
        : jsonRpcError(404, 'This session does not exist.');
    }
    if (isInitializeRequest(body)) return (await this.#open(authInfo)).handleRequest(request, options);
    return legacyStatelessFallback(this.#createServer)(request, options);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map(({ transport }) => transport.close()));
  }

  async #open(authInfo: AuthInfo): Promise<WebStandardStreamableHTTPServerTransport> {
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => {
        this.#sessions.set(id, { sub: authInfo.extra?.sub, transport });
      },
      onsessionclosed: (id) => {
        this.#sessions.delete(id);
      },
    });
    await this.#createServer().connect(transport);
    return transport;
  }
}

function jsonRpcError(status: number, message: string): Response {
  return Response.json({ jsonrpc: '2.0', error: { code: -32001, message }, id: null }, { status });
}
