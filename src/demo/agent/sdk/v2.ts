import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client';
import type { InPageOAuth } from '../oauth/in-page-oauth.ts';
import { headersWith, type PastedKey } from '../pasted-key.ts';
import type { Sdk } from './connection.ts';

/** The agent on `@modelcontextprotocol/client`, version 2, which speaks the protocol of 2026-07-28 where it can. */
export function createSdkV2(authorized: InPageOAuth | PastedKey): Sdk {
  const options =
    'key' in authorized ? { requestInit: { headers: headersWith(authorized) } } : { authProvider: authorized };
  const createTransport = (resource: string) => new StreamableHTTPClientTransport(new URL(resource), options);
  return {
    async connect(resource) {
      const client = new Client({ name: 'folio', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
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
    finishSignIn: (resource, callback) => createTransport(resource).finishAuth(callback),
    needsSignIn: (error) => UnauthorizedError.isInstance(error),
  };
}
