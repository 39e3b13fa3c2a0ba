import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { InPageOAuth } from '../oauth/in-page-oauth.ts';
import { headersWith, type PastedKey } from '../pasted-key.ts';
import type { Sdk } from './connection.ts';

/** The agent on `@modelcontextprotocol/sdk`, version 1. */
export function createSdkV1(authorized: InPageOAuth | PastedKey): Sdk {
  const options =
    'key' in authorized ? { requestInit: { headers: headersWith(authorized) } } : { authProvider: authorized };
  const createTransport = (resource: string) => new StreamableHTTPClientTransport(new URL(resource), options);
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
