/** Headers that an agent's page may send. An ordinary MCP server has never heard of `DPoP`. */
const REQUEST_HEADERS = [
  'authorization',
  'content-type',
  'accept',
  'mcp-protocol-version',
  'mcp-session-id',
  'mcp-method',
  'mcp-name',
  'last-event-id',
  'x-api-key',
];

/** CORS for every origin, on every reply. */
export function corsHeaders(allowsDpop: boolean): Readonly<Record<string, string>> {
  const allowed = allowsDpop ? [...REQUEST_HEADERS, 'dpop'] : REQUEST_HEADERS;
  const exposed = ['mcp-session-id', 'www-authenticate', ...(allowsDpop ? ['dpop-nonce'] : [])];
  return {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, POST, DELETE, OPTIONS',
    'access-control-allow-headers': allowed.join(', '),
    'access-control-expose-headers': exposed.join(', '),
  };
}
