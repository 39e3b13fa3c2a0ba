import { request } from 'node:http';

/** The part of `RequestInit` that servers of the demo use among themselves. */
export interface LoopbackRequestInit {
  method?: string | undefined;
  headers?: HeadersInit | undefined;
  body?: unknown;
  signal?: AbortSignal | undefined;
}

/**
 * `fetch` for `http://*.localhost` from Node, which does not resolve such names. The name stays in the Host header;
 * the connection goes to 127.0.0.1. Redirects are handed back, not followed.
 */
export function loopbackFetch(url: string | URL, init: LoopbackRequestInit = {}): Promise<Response> {
  const { host, port, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        path: `${pathname}${search}`,
        method: init.method ?? 'GET',
        headers: { ...Object.fromEntries(new Headers(init.headers)), host },
        ...(init.signal && { signal: init.signal }),
      },
      async (incoming) => {
        const headers = new Headers();
        for (const [name, values] of Object.entries(incoming.headersDistinct)) {
          for (const value of values ?? []) headers.append(name, value);
        }
        try {
          const body = Buffer.concat(await incoming.toArray());
          const status = incoming.statusCode ?? 500;
          resolve(new Response(status === 204 || status === 304 ? null : body, { status, headers }));
        } catch (error) {
          reject(error);
        }
      },
    );
    outgoing.on('error', reject);
    outgoing.end(init.body === undefined || init.body === null ? undefined : String(init.body));
  });
}
