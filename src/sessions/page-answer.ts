import { json, oauthError } from '../messages/oauth-error.ts';
import type { Answer, Pass, PassAndReport, Relabel, Unreachable } from '../messages/page.ts';
import type { Origin } from '../model/origin.ts';
import type { BoundSession, GivenSession, Handles, LiveSession } from '../model/session.ts';
import { tokensOf } from '../model/tokens.ts';
import { relabelAsBearer } from '../protocol/dpop/challenge.ts';
import { corsAdmits } from '../protocol/http/cors.ts';
import { readOAuthError, type TokenResponse } from '../protocol/oauth/token-response.ts';
import type { Reply } from './ports.ts';
import { type Concealed, conceal, concealed, concealJson } from './tokens/conceal.ts';

export const PASS: Pass = { kind: 'pass' };
export const PASS_AND_REPORT: PassAndReport = { kind: 'passAndReport' };
export const UNREACHABLE: Unreachable = { kind: 'unreachable' };

/** A challenge as it is or, for a page that speaks Bearer at a server that speaks only DPoP, as a Bearer challenge. */
export function readable(field: string | undefined): Pass | Relabel {
  const challenge = relabelAsBearer(field);
  return challenge === undefined ? PASS : { kind: 'relabel', challenge };
}

/** Whether the page could have read this reply by itself: Holdfast never opens what CORS had closed. */
export function admits(reply: Reply, agent: Origin): boolean {
  return corsAdmits(reply.header('Access-Control-Allow-Origin'), agent);
}

/** A session as far as its page is told of it. */
type Answered =
  | Pick<BoundSession, 'state' | 'handles' | 'speaks'>
  | { readonly state: Exclude<LiveSession['state'], 'bound'>; readonly handles: Handles | GivenSession['handles'] };

/**
 * A token response with handles in place of tokens (without custody: with the tokens). What else the server says, such as
 * `sub` or the name of a workspace, its clients read.
 */
export function tokenAnswer(session: Answered, response: TokenResponse, old: Concealed = new Map()): Answer {
  const tokens = new Map([...old, ...concealed(session, tokensOf(response))]);
  const isInPage = session.handles.by === 'page';
  return json(200, {
    ...conceal(response.others, tokens),
    access_token: isInPage ? response.accessToken : session.handles.access,
    token_type: session.state === 'bound' ? session.speaks : 'Bearer',
    ...(response.expiresIn !== undefined && { expires_in: response.expiresIn }),
    ...(session.handles.refresh && {
      refresh_token: isInPage ? response.refreshToken : session.handles.refresh,
    }),
    ...(response.scope !== undefined && { scope: conceal(response.scope, tokens) }),
  });
}

/**
 * A server's refusal. What is no OAuth error is not repeated to the page: it may hold anything.
 *
 * @param tokens the real tokens that the server knows, and may repeat in its error
 */
export function refusal(reply: Reply, tokens: Concealed = new Map()): Answer {
  const error = readOAuthError(reply.body);
  const status = reply.status < 400 || reply.status > 599 ? 502 : reply.status;
  if (error) return json(status, conceal(error, tokens));
  return json(status, {
    error: 'server_error',
    error_description: `The authorization server answered ${reply.status} without an OAuth error`,
  });
}

/**
 * The answer to a request that may not have its session's token. The request does not leave: a server would answer its
 * handle with 401, after which clients refresh and try again, some of them endlessly. For a 403 without a
 * challenge the official SDKs do neither (RFC 6750 §3.1).
 */
export function forbidden(error_description: string): Answer {
  return json(403, { error: 'access_denied', error_description });
}

/**
 * The vault stayed locked. Of all error codes this one makes the official SDKs neither forget their tokens nor begin a new
 * sign-in: they hand the error to the agent.
 */
export const LOCKED = oauthError('temporarily_unavailable', 'Holdfast is locked. Unlock it, then try again.');

/** A reply as it came. A page can be given no status but these. */
export function verbatim(reply: Reply): Answer {
  return { kind: 'answer', status: statusOf(reply), body: reply.body, headers: typeOf(reply) };
}

/**
 * A reply to a request that had a real token in it. What is no JSON may hold that in any form, and is not repeated: the
 * answer to a revocation has no body (RFC 7009 §2.2), that to an introspection is JSON (RFC 7662 §2.2).
 */
export function withoutTokens(reply: Reply, tokens: Concealed): Answer {
  if (tokens.size === 0) return verbatim(reply); // without custody the page sent it
  const body = concealJson(reply.body, tokens);
  if (body === undefined && !isOk(reply)) return refusal(reply, tokens);
  return { kind: 'answer', status: statusOf(reply), body: body ?? '', headers: typeOf(reply) };
}

const isOk = ({ status }: Reply): boolean => status >= 200 && status <= 299;
const statusOf = ({ status }: Reply): number => (status < 200 || status > 599 ? 502 : status);

function typeOf(reply: Reply): [string, string][] {
  const type = reply.header('Content-Type');
  return type ? [['content-type', type]] : [];
}
