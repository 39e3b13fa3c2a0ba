import { BEARER_BELIEVED_MS, RESOURCE_REST_MS } from '../../model/lifetimes.ts';
import type { Origin } from '../../model/origin.ts';
import { MOST_RESTING } from '../../model/quotas.ts';
import type { Scheme } from '../../model/scheme.ts';
import { headerOf, type LiveSession } from '../../model/session.ts';
import { readNonce } from '../../protocol/dpop/nonce.ts';
import { HoldfastError } from '../../protocol/error.ts';
import { parseChallenges } from '../../protocol/http/challenge.ts';
import type { Header } from '../../protocol/http/header.ts';
import { loggable } from '../../protocol/oauth/error-code.ts';
import { keep } from '../../structures/bounded-map.ts';
import type { Credential, Ports } from '../ports.ts';
import { ifNone, type Servers } from '../sign-in/server-discovery.ts';

/** What a resource answered to a token, as the network saw it. */
export interface SchemeAnswer {
  readonly status: number;
  /** It has a Bearer challenge. */
  readonly isBearer: boolean;
  /** The error of its DPoP challenge, else that of its Bearer challenge. */
  readonly error: string | undefined;
  /** The error of its DPoP challenge. */
  readonly dpopError: string | undefined;
  /** It spoke of DPoP, by a challenge or by a nonce. */
  readonly saysDpop: boolean;
}

/** Reads of an answer what tells how its server takes tokens. */
export function readSchemeAnswer(status: number, header: Header): SchemeAnswer {
  const challenges = parseChallenges(header('WWW-Authenticate') ?? '');
  const [dpop, bearer] = ['dpop', 'bearer'].map((name) => challenges.find(({ scheme }) => scheme === name));
  return {
    status,
    isBearer: bearer !== undefined,
    saysDpop: dpop !== undefined || readNonce(header('DPoP-Nonce')) !== undefined,
    error: loggable((dpop ?? bearer)?.parameters.error),
    dpopError: loggable(dpop?.parameters.error),
  };
}

/**
 * Learns how each resource takes bound tokens. `DPoP` comes first, always. `Bearer` follows only where three things
 * agree: the resource refused the token with its proof and said nothing of DPoP, its metadata says nothing of DPoP
 * either, and it served the same token as a bearer token. A resource that once spoke of DPoP is never talked down again.
 */
export function createSchemes({ memory, now }: Pick<Ports, 'memory' | 'now'>, servers: Pick<Servers, 'metadataOf'>) {
  /** Resources that are tried with a bearer token, or that refused one: until when that is so, in milliseconds. */
  const tried = new Map<string, { readonly isTried: boolean; readonly until: number }>();
  /** When the metadata of resources that take bearer tokens was read last, in milliseconds. */
  const lookedAt = new Map<string, number>();

  /** The header field that a session's token is presented in, and the scheme before it. */
  async function fieldOf(session: LiveSession, resource: string): Promise<Pick<Credential, 'header' | 'scheme'>> {
    const header = headerOf(session);
    if (session.state === 'given') return { header, scheme: session.scheme };
    return { header, scheme: session.state === 'held' ? 'Bearer' : await of(resource, session.agent) };
  }

  async function of(resource: string, agent: Origin): Promise<Scheme> {
    const known = await memory.scheme(resource);
    if (known === 'Bearer' && (lookedAt.get(resource) ?? Number.NEGATIVE_INFINITY) + BEARER_BELIEVED_MS <= now()) {
      void saysDpop(resource, agent).catch(() => undefined); // one that cannot be reached now is asked again in an hour
    }
    return known ?? (tried.get(resource)?.isTried ? 'Bearer' : 'DPoP');
  }

  /**
   * A request with this token and its proof was refused, or did not leave, because its preflight was refused perhaps.
   * Whether to send it once more with a bearer token.
   *
   * @param answer undefined where the network saw none
   */
  async function maybeBearer(resource: string, agent: Origin, answer: SchemeAnswer | undefined): Promise<boolean> {
    if ((answer && !refusesScheme(answer)) || (await memory.scheme(resource)) !== undefined) return false;
    const before = tried.get(resource);
    if (before && before.until > now()) return before.isTried;
    if (await saysDpop(resource, agent).catch(couldNotTell)) return false;
    keep(tried, resource, { isTried: true, until: now() + RESOURCE_REST_MS }, MOST_RESTING);
    return true;
  }

  /** What a resource answered to a token that was presented so. */
  async function answered(resource: string, scheme: Scheme, answer: SchemeAnswer): Promise<void> {
    if (answer.saysDpop) return learn(resource, 'DPoP');
    if (scheme !== 'Bearer') return;
    if (answer.status >= 200 && answer.status < 300) return learn(resource, 'Bearer');
    if (answer.status === 401 && tried.get(resource)?.isTried) {
      keep(tried, resource, { isTried: false, until: now() + RESOURCE_REST_MS }, MOST_RESTING);
    }
  }

  async function learn(resource: string, scheme: Scheme): Promise<void> {
    tried.delete(resource);
    const known = await memory.scheme(resource);
    if (known !== scheme && known !== 'DPoP') await memory.setScheme(resource, scheme);
  }

  /** What the resource's own metadata says (RFC 9728 §2). A resource without metadata says nothing. */
  async function saysDpop(resource: string, agent: Origin): Promise<boolean> {
    keep(lookedAt, resource, now(), MOST_RESTING);
    const metadata = await servers.metadataOf(resource, agent).catch(ifNone);
    const says = metadata?.requiresDpop === true || (metadata?.dpopSigningAlgorithms?.length ?? 0) > 0;
    if (says) await learn(resource, 'DPoP');
    return says;
  }

  return { fieldOf, maybeBearer, answered };
}

export type Schemes = ReturnType<typeof createSchemes>;

/** A resource whose metadata cannot be had now may speak of DPoP there. */
function couldNotTell(error: unknown): true {
  if (error instanceof HoldfastError) return true;
  throw error;
}

/**
 * Whether a refusal may be for the scheme `DPoP`: of servers that know none, most answer 401 (RFC 6750 §3), some call the
 * request invalid.
 */
function refusesScheme({ status, saysDpop, isBearer, error }: SchemeAnswer): boolean {
  if (saysDpop) return false;
  return status === 401 || (status === 400 && isBearer && error === 'invalid_request');
}
