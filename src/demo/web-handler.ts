import type { IncomingMessage } from 'node:http';
import { type FetchLikeMcpHandler, type NodeServerResponseLike, toNodeHandler } from '@modelcontextprotocol/node';
import type { Handler } from './loopback.ts';

/**
 * Serves web-standard requests on a Node server. The SDK's adapter holds a stream's headers back until its first byte,
 * and an MCP client's GET stream may stay silent for long: the browser keeps waiting for the reply, and makes other
 * requests to the same URL wait behind it.
 */
export function webHandler(fetch: FetchLikeMcpHandler['fetch']): Handler {
  const serve = toNodeHandler({ fetch });
  return (request, response) => {
    const eager: NodeServerResponseLike = {
      writeHead(status, headers) {
        response.writeHead(status, headers);
        if (headers?.['content-type'] === 'text/event-stream') response.flushHeaders();
      },
      write: (chunk) => response.write(chunk),
      end: (chunk) => response.end(chunk),
      on: (event, listener) => response.on(event, listener),
      get destroyed() {
        return response.destroyed;
      },
    };
    return serve(withMethod(request), eager);
  };
}

/** The adapter's request type leaves `undefined` out of optional properties, which every IncomingMessage allows. */
function withMethod(request: IncomingMessage): Parameters<ReturnType<typeof toNodeHandler>>[0] {
  return request as IncomingMessage & { method: string; url: string };
}
