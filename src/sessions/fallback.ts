import { mentionsHandle } from '../messages/handle.ts';
import type { PageReply, PageRequest } from '../messages/page.ts';
import { unanswered } from '../messages/unanswered.ts';
import type { ErrorCode } from '../protocol/error.ts';
import { oauthError, WATCHED } from './answer.ts';
import type { PolicySource } from './ports.ts';
import type { Origin } from './session.ts';

/** What a page is told where tokens came, or a key was named, and nothing could be kept. */
export function unkept(code: ErrorCode): PageReply {
  return oauthError(
    'server_error',
    code === 'storage_full'
      ? 'Holdfast could not store the session: the browser has no room left for it. Make room and sign in again.'
      : 'Holdfast could not store the session. Start the browser again and sign in again.',
  );
}

/**
 * What a page is answered when Holdfast's own storage fails before anything was sent. It goes on as without Holdfast,
 * but no handle leaves it: the agent keeps its session for when storage is back. Where the site's policy refuses bearer
 * tokens, it gets none this way either.
 */
export async function withoutStorage(
  request: PageRequest,
  agent: Origin,
  code: ErrorCode,
  policies: PolicySource,
): Promise<PageReply> {
  if (request.kind !== 'token' || mentionsHandle(request.body)) return unanswered(request);
  // Without room there are still keys, and the authorization request may have named one.
  return code === 'storage_full' || (await policies.of(agent)).refuseBearer ? unkept(code) : WATCHED;
}
