import type { IncomingMessage, ServerResponse } from 'node:http';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import type { AuthorizationServer } from '../../src/demo/authorization-server.ts';
import type { Binding } from '../../src/demo/binding.ts';
import { type LoopbackServer, listenOnLoopback } from '../../src/demo/loopback.ts';
import { AccessControl } from '../../src/demo/resource/access.ts';
import { corsHeaders } from '../../src/demo/resource/cors.ts';
import { type ResourceServerEntry, readRequest } from '../../src/demo/resource/log.ts';
import { resourceMetadata } from '../../src/demo/resource/metadata.ts';
import { Refusal, refuse } from '../../src/demo/resource/refusal.ts';
import { SCOPES } from '../../src/demo/resource/scopes.ts';

const STREAM = '/sse';
const MESSAGES = '/messages';
const METADATA = `/.well-known/oauth-protected-resource${STREAM}`;
const ALGORITHMS = ['ES256'];
const scopes = Object.keys(SCOPES);

export interface LegacyServer extends LoopbackServer {
  readonly resource: string;
  readonly log: readonly ResourceServerEntry[];
}

interface Options {
  readonly name: string;
  readonly authorizationServer: AuthorizationServer;
  readonly binding: Binding;
}

/**
 * An MCP server over HTTP+SSE (MCP 2024-11-05), as the SDK's version 1 serves it: the stream stands at one path, and its
 * first event names another for the client's messages.
 */
export async function startLegacyServer({ name, authorizationServer, binding }: Options): Promise<LegacyServer> {
  const log: ResourceServerEntry[] = [];
  const streams = new Map<string, SSEServerTransport>();

  const server = await listenOnLoopback(name, 0, (origin) => {
    const resource = origin + STREAM;
    const { issuer, jwksUri } = authorizationServer;
    const access = new AccessControl(binding, {
      ...{ issuer, jwksUri, resource, algorithms: ALGORITHMS, proofLifetime: 60, nonces: undefined },
    });
    const terms = { binding, resourceMetadata: origin + METADATA, scope: scopes.join(' '), dpopAlgorithms: ALGORITHMS };

    async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
      const { entry, incoming } = readRequest(request);
      log.push(entry);
      response.once('close', () => {
        entry.status = response.statusCode;
      });
      for (const [field, value] of Object.entries(corsHeaders(false))) response.setHeader(field, value);
      if (entry.method === 'OPTIONS') return void response.writeHead(204).end();
      if (entry.path === METADATA)
        return json(response, 200, resourceMetadata(resource, issuer, scopes, binding, ALGORITHMS));
      if (entry.path !== STREAM && entry.path !== MESSAGES) return void response.writeHead(404).end();
      try {
        await access.verify(incoming, { method: entry.method, url: origin + entry.path }, Date.now());
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const refused = refuse(error, entry.scheme, terms);
        for (const [field, value] of refused.headers) response.setHeader(field, value);
        return json(response, refused.status, await refused.json());
      }
      if (entry.path === STREAM) return open(response);
      const id = new URL(request.url ?? '', origin).searchParams.get('sessionId') ?? '';
      await streams.get(id)?.handlePostMessage(request, response);
    }

    async function open(response: ServerResponse): Promise<void> {
      const transport = new SSEServerTransport(MESSAGES, response);
      streams.set(transport.sessionId, transport);
      response.once('close', () => streams.delete(transport.sessionId));
      const notebook = new McpServer({ name: 'notebook', version: '1.0.0' });
      notebook.registerTool('list_notes', { description: 'The titles of all notes.' }, () => ({
        content: [{ type: 'text', text: 'Over HTTP+SSE' }],
      }));
      await notebook.connect(transport);
    }

    return serve;
  });

  return { ...server, resource: server.origin + STREAM, log };
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
