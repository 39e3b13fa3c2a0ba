import type { McpHeaders } from './headers.ts';

/** A request that changes nothing at the server, and that it answers with 2xx when it lets its sender in. */
export interface HarmlessRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether the server opens an MCP session for it (`Mcp-Session-Id`), to be ended afterwards. */
  readonly opensSession: boolean;
}

const STATELESS = '2026-07-28';
const INITIALIZED = '2025-11-25';
const CLIENT = { name: 'holdfast-drill', version: '1.0.0' };

/**
 * Harmless requests for a server, the one that fits best first: `server/discover` for the stateless protocol, `ping` in
 * the MCP session that is open, else `initialize`.
 *
 * @param seen what the last request of the agent said of MCP
 * @see MCP 2026-07-28, Transports: Streamable HTTP; MCP 2025-11-25, Lifecycle, and Utilities: Ping
 */
export function harmlessRequests({ sessionId, protocolVersion }: McpHeaders): HarmlessRequest[] {
  const ping = sessionId === undefined ? [] : [inSession(sessionId, protocolVersion ?? INITIALIZED)];
  const isStateless = protocolVersion !== undefined && protocolVersion >= STATELESS;
  const stateless = discover(isStateless ? protocolVersion : STATELESS);
  return isStateless ? [stateless, initialize()] : [...ping, initialize(), stateless];
}

function discover(protocolVersion: string): HarmlessRequest {
  const method = 'server/discover';
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': protocolVersion,
    'io.modelcontextprotocol/clientInfo': CLIENT,
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  return {
    headers: { ...HEADERS, 'MCP-Protocol-Version': protocolVersion, 'Mcp-Method': method },
    body: rpc(method, { _meta }),
    opensSession: false,
  };
}

function inSession(sessionId: string, protocolVersion: string): HarmlessRequest {
  return {
    headers: { ...HEADERS, 'MCP-Protocol-Version': protocolVersion, 'Mcp-Session-Id': sessionId },
    body: rpc('ping'),
    opensSession: false,
  };
}

function initialize(): HarmlessRequest {
  const params = { protocolVersion: INITIALIZED, capabilities: {}, clientInfo: CLIENT };
  return { headers: HEADERS, body: rpc('initialize', params), opensSession: true };
}

const HEADERS = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' };

function rpc(method: string, params?: object): string {
  return JSON.stringify({ jsonrpc: '2.0', id: 'holdfast-drill', method, ...(params && { params }) });
}
