import type { Answer } from './page.ts';

/** An OAuth error in Holdfast's own name (RFC 6749 §5.2). */
export function oauthError(error: keyof typeof STATUS, error_description: string): Answer {
  return json(STATUS[error], { error, error_description });
}

const STATUS = {
  access_denied: 400,
  invalid_grant: 400,
  invalid_request: 400,
  invalid_target: 400,
  server_error: 502,
  temporarily_unavailable: 503,
  unsupported_grant_type: 400,
} as const;

export function json(status: number, body: object): Answer {
  return {
    kind: 'answer',
    status,
    body: JSON.stringify(body),
    headers: [
      ['content-type', 'application/json'],
      ['cache-control', 'no-store'],
    ],
  };
}
