import { randomUUID } from 'node:crypto';
import {
  type AuthInfo,
  isInitializeRequest,
  legacyStatelessFallback,
  type McpServer,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import { EventLog } from './event-log.ts';

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
  readonly #resumable: boolean;

  /** @param resumable whether a client that was cut off may ask for what it missed (`Last-Event-ID`) */
  constructor(createServer: () => McpServer, resumable: boolean) {
    this.#createServer = createServer;
    this.#resumable = resumable;
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

  /** Says something on the GET stream of every session. */
  async notify(data: string): Promise<void> {
    const message = { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data } } as const;
    for (const { transport } of this.#sessions.values()) await transport.send(message);
  }

  /** Ends every session: to its client it does not exist any more. */
  async close(): Promise<void> {
    const ended = [...this.#sessions.values()];
    this.#sessions.clear();
    await Promise.all(ended.map(({ transport }) => transport.close()));
  }

  async #open(authInfo: AuthInfo): Promise<WebStandardStreamableHTTPServerTransport> {
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      ...(this.#resumable && { eventStore: new EventLog() }),
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
