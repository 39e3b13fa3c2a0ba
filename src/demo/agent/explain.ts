import { say } from '../look/say.ts';

/** A sentence for a person: what failed and, where a server said so, its own words. */
export function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (message === 'Failed to fetch') return say('The server does not answer.', 'サーバーが応答しません。');
  return quote(
    isOAuthError(error) ? AUTHORIZATION_SERVER : say('MCP server', 'MCP サーバー'),
    serversWords(message) ?? message,
  );
}

/** What the authorization server sent back in place of a code (RFC 6749 §4.1.2.1). */
export function explainCallback(callback: URLSearchParams): string | undefined {
  const error = callback.get('error');
  if (error === null) return undefined;
  return quote(AUTHORIZATION_SERVER, callback.get('error_description') ?? error);
}

const AUTHORIZATION_SERVER = say('authorization server', '認可サーバー');

function quote(server: string, words: string): string {
  const said = words.replace(/\.$/, '');
  return say(`The ${server} refused: “${said}.”`, `${server}が拒否しました：「${said}」`);
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
