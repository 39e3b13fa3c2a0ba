import type { LoopbackServer } from '../../src/demo/loopback.ts';
import type { World } from './world.ts';

/** A request as it arrived. */
export interface Arrived {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly apiKey: string | undefined;
}

export interface KeyServer extends LoopbackServer {
  readonly log: readonly Arrived[];
  /** What arrived with this text anywhere in its headers. */
  with(secret: string): readonly Arrived[];
}

/**
 * A server that wants a key, in `Authorization` or in `X-API-Key`, and lets in every page that has it; with `to` and `status` in
 * the query, it redirects, and at `/repeated` it refuses every key and repeats it.
 */
export async function keyServer(world: World, name: string, keys: readonly string[]): Promise<KeyServer> {
  const log: Arrived[] = [];
  const site: LoopbackServer = await world.site(name, (request, response) => {
    const { authorization, 'x-api-key': apiKey } = request.headers;
    const path = request.url ?? '/';
    log.push({ method: request.method ?? '', path, authorization, apiKey: apiKey?.toString() });
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Allow-Headers', 'authorization, x-api-key, content-type');
    const to = new URL(path, site.origin).searchParams.get('to');
    if (to !== null && request.method !== 'OPTIONS') {
      response.writeHead(Number(new URL(path, site.origin).searchParams.get('status')), { location: to });
      return void response.end();
    }
    const isRepeated = path.endsWith('/repeated');
    const words = `error="invalid_token", error_description="no such key: ${apiKey ?? authorization}"`;
    if (isRepeated) response.setHeader('WWW-Authenticate', `Bearer ${words}`);
    const isKnown = !isRepeated && keys.some((key) => apiKey === key || authorization === `Bearer ${key}`);
    response.writeHead(request.method === 'OPTIONS' ? 204 : isKnown ? 200 : 401);
    response.end(request.method === 'OPTIONS' ? undefined : JSON.stringify({ isKnown }));
  });
  return {
    ...site,
    log,
    with: (secret) => log.filter((request) => JSON.stringify(request).includes(secret)),
  };
}
