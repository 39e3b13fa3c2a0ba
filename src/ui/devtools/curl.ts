import type { InspectedRequest } from '../../messages/inspection.ts';

/**
 * The request as a shell command. What is secret is left out, and so are the arguments of the call: in their place stand
 * variables to fill in. Every word is quoted, since the page chose some of them,
 * and no range in the URL makes many requests of one.
 *
 * @param remark what is left out, in one line
 */
export function curl(request: InspectedRequest, remark: string): string {
  const { method, url, mcp, rpc, presents, field } = request;
  const headers = [
    AUTHORIZATION[presents],
    field && `${quoted(`${field.header}: ${field.scheme && `${field.scheme} `}`)}"$KEY"`,
    presents === 'bound' || presents === 'ownKey' ? '"DPoP: $DPOP_PROOF"' : undefined,
    ...(rpc ? [quoted('Content-Type: application/json'), quoted('Accept: application/json, text/event-stream')] : []),
    mcp.protocolVersion && quoted(`MCP-Protocol-Version: ${mcp.protocolVersion}`),
    mcp.sessionId && '"Mcp-Session-Id: $MCP_SESSION_ID"',
  ].flatMap((header) => (header ? [`-H ${header}`] : []));
  const body = rpc && `--data ${quoted(JSON.stringify(messageOf(rpc)))}`;
  const command = [`curl --globoff -X ${quoted(method)} ${quoted(url)}`, ...headers, ...(body ? [body] : [])];
  return `# ${remark}\n${command.join(' \\\n  ')}`;
}

const AUTHORIZATION = {
  bound: '"Authorization: DPoP $ACCESS_TOKEN"',
  ownKey: '"Authorization: DPoP $ACCESS_TOKEN"',
  unproved: '"Authorization: DPoP $ACCESS_TOKEN"',
  drill: '"Authorization: DPoP $ACCESS_TOKEN"',
  held: '"Authorization: Bearer $ACCESS_TOKEN"',
  bearer: '"Authorization: Bearer $ACCESS_TOKEN"',
  given: undefined,
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
