import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { AgentOptions } from './options.ts';

export function create({ resource, legacy }: AgentOptions, authProvider: never) {
  const transport = new (legacy ? SSEClientTransport : StreamableHTTPClientTransport)(new URL(resource), {
    authProvider,
  });
  return {
    client: new Client({ name: 'test-agent', version: '1' }),
    transport,
    finish: (callback: URLSearchParams) => transport.finishAuth(callback.get('code') ?? ''),
  };
}
