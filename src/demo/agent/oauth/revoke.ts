import type { OAuthStorage } from './storage.ts';

/** Gives the refresh token back (RFC 7009), and with it the grant. What the server says does not stop a sign-out. */
export async function revoke(storage: OAuthStorage): Promise<void> {
  const metadata = storage.get('discovery')?.authorizationServerMetadata;
  const endpoint = metadata && 'revocation_endpoint' in metadata ? metadata.revocation_endpoint : undefined;
  const refreshToken = storage.get('tokens')?.refresh_token;
  const clientId = storage.get('client')?.client_id;
  if (!endpoint || !refreshToken || !clientId) return;
  const body = new URLSearchParams({ token: refreshToken, token_type_hint: 'refresh_token', client_id: clientId });
  await fetch(endpoint, { method: 'POST', body }).catch(() => undefined);
}
