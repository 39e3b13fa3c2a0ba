import { oauthError } from '../messages/oauth-error.ts';
import type { Answer, PageReply, PageRequest } from '../messages/page.ts';
import { afterFault } from '../messages/unanswered.ts';
import { mentionsHandle } from '../model/handle.ts';
import type { Origin } from '../model/origin.ts';
import type { ErrorCode } from '../protocol/error.ts';
import { PASS_AND_REPORT } from './page-answer.ts';
import type { PolicySource } from './ports.ts';

/** The answer where tokens were issued, or a key was named, and nothing could be stored. */
export function unkept(code: ErrorCode): Answer {
  return oauthError(
    'server_error',
    code === 'storage_full'
      ? 'Holdfast could not store the session: the browser has no room left for it. Make room and sign in again.'
      : 'Holdfast could not store the session. Start the browser again and sign in again.',
  );
}

/**
 * What a page is answered when Holdfast itself failed before anything was sent. No handle leaves the page: the agent keeps
 * its session for when Holdfast works again. A token request goes on as without Holdfast only where storage is broken, so
 * that nothing can be kept; any other failure must not end in a plain bearer token.
 */
export async function afterFailure(
  request: PageRequest,
  agent: Origin,
  code: ErrorCode,
  policies: PolicySource,
): Promise<PageReply> {
  const isLost = code.startsWith('storage_') && request.kind === 'form' && !mentionsHandle(request.body);
  if (!isLost) return afterFault(request);
  // Without room there are still keys, and the authorization request may have named one.
  return code === 'storage_full' || (await refusesBearer(agent, policies)) ? unkept(code) : PASS_AND_REPORT;
}

/** A policy that cannot be read counts as the strictest. */
async function refusesBearer(agent: Origin, policies: PolicySource): Promise<boolean> {
  return policies.of(agent).then(
    ({ bearer }) => bearer === 'refuse',
    () => true,
  );
}
