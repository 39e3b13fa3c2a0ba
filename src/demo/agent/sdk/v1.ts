import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { InPageOAuth } from '../oauth/in-page-oauth.ts';
import type { Sdk } from './connection.ts';

/** The agent on `@modelcontextprotocol/sdk`, version 1. */
export function createSdkV1(authProvider: InPageOAuth): Sdk {
  const createTransport = (resource: string) => new StreamableHTTPClientTransport(new URL(resource), { authProvider });
  return {
    async connect(resource) {
      const client = new Client({ name: 'folio', version: '1.0.0' });
      const transport = createTransport(resource);
      await client.connect(transport);
      return {
        call: (name, input) => client.callTool({ name, arguments: { ...input } }),
        async close() {
          await transport.terminateSession().catch(() => undefined);
          await client.close();
        },
      };
    },
    finishSignIn: (resource, callback) => createTransport(resource).finishAuth(callback.get('code') ?? ''),
    needsSignIn: (error) => error instanceof UnauthorizedError,
  };
}
