import type { InspectedRequest } from '../../messages/inspection.ts';

/**
 * The request as a shell command. What is secret is left out, and so are the arguments of the call: in their place stand
 * variables to fill in. Every word is quoted, since the page chose some of them.
 */
export function curl(request: InspectedRequest): string {
  const { method, url, mcp, rpc, presents } = request;
  const headers = [
    AUTHORIZATION[presents],
    presents === 'bound' || presents === 'ownKey' ? '"DPoP: $DPOP_PROOF"' : undefined,
    ...(rpc ? [quoted('Content-Type: application/json'), quoted('Accept: application/json, text/event-stream')] : []),
    mcp.protocolVersion && quoted(`MCP-Protocol-Version: ${mcp.protocolVersion}`),
    mcp.sessionId && '"Mcp-Session-Id: $MCP_SESSION_ID"',
  ].flatMap((header) => (header ? [`-H ${header}`] : []));
  const body = rpc && `--data ${quoted(JSON.stringify(messageOf(rpc)))}`;
  return [`curl -X ${quoted(method)} ${quoted(url)}`, ...headers, ...(body ? [body] : [])].join(' \\\n  ');
}

const AUTHORIZATION = {
  bound: '"Authorization: DPoP $ACCESS_TOKEN"',
  ownKey: '"Authorization: DPoP $ACCESS_TOKEN"',
  unproved: '"Authorization: DPoP $ACCESS_TOKEN"',
  bearer: '"Authorization: Bearer $ACCESS_TOKEN"',
  nothing: undefined,
} as const;

function messageOf({ method, name }: NonNullable<InspectedRequest['rpc']>): object {
  const named = method === 'resources/read' ? { uri: name } : { name, arguments: {} };
  return { jsonrpc: '2.0', id: 1, method, ...(name !== undefined && { params: named }) };
}

/** One word of a POSIX shell, whatever stands in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
