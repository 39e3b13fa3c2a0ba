/** What a JSON-RPC body asks for. */
export interface RpcView {
  readonly method: string;
  /** The tool or prompt that it names, or the resource's URI. */
  readonly name?: string | undefined;
}

/** A longer body is not looked into, in bytes. */
const LONGEST_BODY = 262_144;
/** The longest method and name that are shown, in characters. */
const LONGEST_NAME = 200;

/**
 * Reads what MCP's messages ask for; their arguments are not looked at. Undefined for a body that is no JSON-RPC request
 * or notification.
 *
 * @returns the first message, and how many there are where the body is a batch
 * @see JSON-RPC 2.0 §4 and §6; MCP 2025-11-25, Base Protocol: Messages
 */
export function readMessage(body: Uint8Array): { readonly rpc: RpcView; readonly batch?: number } | undefined {
  if (body.byteLength > LONGEST_BODY) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined; // not JSON
  }
  const [first] = Array.isArray(value) ? value : [value];
  const message = (first ?? {}) as { jsonrpc?: unknown; method?: unknown; params?: { name?: unknown; uri?: unknown } };
  if (message.jsonrpc !== '2.0' || typeof message.method !== 'string') return undefined;
  const named = message.params?.name ?? message.params?.uri;
  const rpc = {
    method: message.method.slice(0, LONGEST_NAME),
    ...(typeof named === 'string' && { name: named.slice(0, LONGEST_NAME) }),
  };
  return Array.isArray(value) ? { rpc, batch: value.length } : { rpc };
}
