import { type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { Intercept } from '../../src/demo/loopback.ts';
import { SCOPES } from '../../src/demo/resource/tools.ts';

/** Where an MCP server of 2025-03-26 that has no metadata has its endpoints: MCP authorization, "Fallbacks for Servers without Metadata Discovery". */
const DEFAULTS: Readonly<Record<string, string>> = { '/authorize': '/auth', '/register': '/reg' };
const ALL = Object.keys(SCOPES).join(' ');
export const PATH = '/mcp';

interface Options {
  /** Whether its authorization server has metadata (RFC 8414). */
  readonly hasMetadata: boolean;
  /** The port of the MCP server that answers at `/mcp`. */
  readonly port: () => number | undefined;
}

/**
 * What makes one server of an authorization server and an MCP server, as the MCP authorization of 2025-03-26 had it: they share
 * their origin, and nothing says so by a resource's metadata.
 */
export function asOldServer({ hasMetadata, port }: Options): Intercept {
  return (request, response) => {
    const [path = '', query] = (request.url ?? '').split('?');
    if (path === PATH) return passOn(request, response, port());
    const isHidden = path.startsWith('/.well-known/') && !(hasMetadata && path.includes('oauth-authorization-server'));
    if (isHidden) {
      const status = request.method === 'OPTIONS' ? 204 : 404;
      response.writeHead(status, { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' }).end();
      return true;
    }
    const own = (hasMetadata ? undefined : DEFAULTS[path]) ?? path;
    // Who asks for no scopes is given all.
    const asked =
      own === '/auth' && query && !new URLSearchParams(query).get('scope')
        ? `${query}&scope=${encodeURIComponent(ALL)}`
        : query;
    request.url = asked === undefined ? own : `${own}?${asked}`;
    return false;
  };
}

/** The MCP server's own word of its metadata is left out: it had none then. */
function passOn(request: IncomingMessage, response: ServerResponse, port: number | undefined): true {
  const { method, url, headers } = request;
  const onward = send({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
    const challenge = answer.headers['www-authenticate']?.replace(/,? *resource_metadata="[^"]*"/, '');
    response.writeHead(answer.statusCode ?? 502, {
      ...answer.headers,
      ...(challenge && { 'www-authenticate': challenge }),
    });
    answer.pipe(response);
  });
  onward.once('error', () => response.destroy());
  response.once('close', () => onward.destroy());
  request.pipe(onward);
  return true;
}
