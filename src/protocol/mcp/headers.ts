import type { Header } from '../http/header.ts';

/** What a request says of MCP in its header fields. */
export interface McpHeaders {
  /** `Mcp-Session-Id`, which the server gave; the protocol of 2026-07-28 has none. */
  readonly sessionId?: string | undefined;
  /** `MCP-Protocol-Version`. */
  readonly protocolVersion?: string | undefined;
  /** `Mcp-Method`, the JSON-RPC method; since 2026-07-28. */
  readonly method?: string | undefined;
  /** `Mcp-Name`, the name of the tool, prompt or resource; since 2026-07-28. */
  readonly name?: string | undefined;
}

/** A field that is longer is not read. */
const LONGEST = 256;

/**
 * Reads the fields of MCP's Streamable HTTP transport.
 *
 * @see MCP 2025-11-25, Transports: "Session Management" and "Protocol Version Header"
 */
export function readMcp(header: Header): McpHeaders {
  const field = (name: string) => {
    const value = header(name);
    return value !== null && value.length <= LONGEST ? value : undefined;
  };
  const sessionId = field('Mcp-Session-Id');
  const protocolVersion = field('MCP-Protocol-Version');
  const method = field('Mcp-Method');
  const name = field('Mcp-Name');
  return { sessionId, protocolVersion, method, name };
}
