/** A sentence for a person: what failed and, where a server said so, its own words. */
export function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (message === 'Failed to fetch') return 'The server does not answer.';
  return quote(isOAuthError(error) ? 'authorization server' : 'MCP server', serversWords(message) ?? message);
}

/** What the authorization server sent back in place of a code (RFC 6749 §4.1.2.1). */
export function explainCallback(callback: URLSearchParams): string | undefined {
  const error = callback.get('error');
  if (error === null) return undefined;
  return quote('authorization server', callback.get('error_description') ?? error);
}

function quote(server: string, words: string): string {
  return `The ${server} refused: “${words.replace(/\.$/, '')}.”`;
}

/** Both SDKs have a class for what an authorization server answers, each of its own. */
function isOAuthError(error: unknown): boolean {
  return error instanceof Error && (error.name === 'OAuthError' || 'errorCode' in error);
}

/** The SDKs put the reply's text at the end of their message. */
function serversWords(message: string): string | undefined {
  const [json] = /\{.*\}/s.exec(message) ?? [];
  if (!json) return undefined;
  try {
    const reply = JSON.parse(json) as { error_description?: unknown; error?: { message?: unknown } };
    const words = reply.error_description ?? reply.error?.message;
    return typeof words === 'string' ? words : undefined;
  } catch {
    return undefined;
  }
}
