import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers one request. A rejection becomes a plain 500. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** Sees a request before its server does; `true` means that it has answered, or will. */
export type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

/** A server on 127.0.0.1 that speaks as `http://<name>.localhost:<port>`. Browsers resolve that name and trust it. */
export interface LoopbackServer {
  readonly origin: string;
  readonly port: number;
  /** Stops listening and ends every open connection, streams too. Harmless the second time. */
  close(): Promise<void>;
}

/**
 * Listens on 127.0.0.1. The handler is made once the origin is known, because an issuer and a resource have to know
 * their own names.
 *
 * @param port 0 takes any free port
 */
export async function listenOnLoopback(
  name: string,
  port: number,
  makeHandler: (origin: string) => Handler | Promise<Handler>,
): Promise<LoopbackServer> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  const origin = `http://${name}.localhost:${bound}`;

  const close = () =>
    new Promise<void>((resolve) => {
      // A connection that was being accepted is not among them yet.
      const again = setInterval(() => server.closeAllConnections(), 50);
      server.close(() => {
        clearInterval(again);
        resolve();
      });
      server.closeAllConnections();
    });

  const handle = await (async () => makeHandler(origin))().catch(async (error: unknown) => {
    await close();
    throw error;
  });
  server.on('request', async (request, response) => {
    try {
      await handle(request, response);
    } catch (error) {
      console.error(`${request.method} ${origin}${request.url?.split('?')[0]}`, error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    }
  });

  return { origin, port: bound, close };
}

/** Runs the interception first, if there is one. */
export function withIntercept(intercept: Intercept | undefined, handle: Handler): Handler {
  if (!intercept) return handle;
  return async (request, response) => {
    if (!(await intercept(request, response))) await handle(request, response);
  };
}
