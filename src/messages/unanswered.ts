import { mentionsHandle } from '../model/handle.ts';
import { oauthError } from './oauth-error.ts';
import type { Answer, Pass, Unreachable } from './page.ts';

/**
 * What a page is answered where Holdfast is gone, or has nothing to do with its request: the page goes on as without it, but
 * no handle leaves it. An authorization server answers a handle with `invalid_grant`, for which agents forget tokens that are good.
 */
export function unanswered(request: unknown): Pass | Unreachable {
  return { kind: mentionsHandle(JSON.stringify(request)) ? 'unreachable' : 'pass' };
}

/** The same where Holdfast has failed: a form may bring a plain bearer token in, and nobody has asked the site's policy. */
export function afterFault(request: unknown): Answer | Pass | Unreachable {
  const reply = unanswered(request);
  return isForm(request) && reply.kind === 'pass' ? FAILED : reply;
}

/** The same for what is too long, or cannot be decoded: it would be so the next time. */
export function unread(request: unknown): Answer | Pass | Unreachable {
  return isForm(request) ? UNREAD : unanswered(request);
}

const isForm = (request: unknown): boolean => Object(request).kind === 'form';

/** The same request may work the next time. Of all error codes this one makes the official SDKs neither forget their tokens nor sign in anew. */
const FAILED = oauthError('temporarily_unavailable', 'Holdfast failed. Try again.');

const UNREAD = oauthError(
  'invalid_request',
  'Holdfast cannot read this request, and has not sent it: the form, its address or a header is too long.',
);
