import { auth, createMCPClient, type MCPClient, type OAuthClientProvider } from '@ai-sdk/mcp';
import type { AgentOptions } from './options.ts';

/** It calls what it is given as a method of its own, which a browser’s own `fetch` refuses to be. */
const fetchFn: typeof fetch = (input, init) => fetch(input, init);

/** The MCP client of the AI SDK, which shares no code with the official ones. */
export function create({ resource: url, legacy }: AgentOptions, authProvider: OAuthClientProvider) {
  let connected: MCPClient | undefined;
  return {
    client: {
      async connect(): Promise<void> {
        const type = legacy ? 'sse' : 'http';
        connected = await createMCPClient({ transport: { type, url, authProvider, fetch: fetchFn } });
      },
      async callTool({ name, arguments: given }: { name: string; arguments: Record<string, unknown> }) {
        const tools = await connected?.tools();
        return tools?.[name]?.execute(given, { toolCallId: name, messages: [] } as never);
      },
      close: async () => connected?.close(),
    },
    transport: undefined,
    finish: (callback: URLSearchParams) =>
      auth(authProvider, {
        serverUrl: url,
        fetchFn,
        authorizationCode: callback.get('code') ?? '',
        callbackState: callback.get('state') ?? undefined,
      } as Parameters<typeof auth>[1]),
  };
}
