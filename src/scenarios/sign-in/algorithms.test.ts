import { beforeEach, describe, expect, test } from 'vitest';
import type { Algorithm } from '../../protocol/dpop/algorithm.ts';
import { codeChallenge } from '../../protocol/oauth/pkce.ts';
import type { Caller } from '../../sessions/ports.ts';
import {
  AGENT,
  answerOf,
  createWorld,
  ISSUER,
  METADATA,
  METADATA_URL,
  RESOURCE,
  tokens,
  type World,
} from '../world.fixture.ts';

const RESOURCE_URL = 'https://mcp.example/.well-known/oauth-protected-resource/mcp';
const OTHER = 'https://other.example/mcp';
const OTHER_URL = 'https://other.example/.well-known/oauth-protected-resource/mcp';
const SIGN_IN = {
  grant_type: 'authorization_code',
  code: 'c',
  code_verifier: 'v',
  client_id: 'me',
  resource: RESOURCE,
};
const BEARER = tokens({ token_type: 'Bearer' });

let world: World;
let document: Caller;
beforeEach(() => {
  world = createWorld();
  document = world.caller();
  offer('ES256', 'Ed25519', 'RS256');
  take(RESOURCE, 'RS256');
});

/** The algorithms of the authorization server. */
function offer(...algorithms: string[]): void {
  const { dpop_signing_alg_values_supported: _, ...plain } = METADATA;
  world.documents.set(METADATA_URL, {
    ...plain,
    ...(algorithms.length > 0 && { dpop_signing_alg_values_supported: algorithms }),
  });
}

/** Those of a resource, and what else it says of itself. */
function take(resource: string, algorithms: string | string[] | undefined, more: Record<string, unknown> = {}): void {
  world.documents.set(resource === RESOURCE ? RESOURCE_URL : OTHER_URL, {
    ...{ resource, authorization_servers: [ISSUER], ...more },
    ...(algorithms !== undefined && { dpop_signing_alg_values_supported: [algorithms].flat() }),
  });
}

async function discover(...urls: string[]): Promise<void> {
  for (const url of urls) await world.ask({ kind: 'resource', url }, document);
  await world.ask(
    { kind: 'discover', url: METADATA_URL, dpop: true, tokenEndpoint: METADATA.token_endpoint },
    document,
  );
}

/** An authorization request leaves, with the armed key or without one. */
async function authorize(key = world.named.at(-1)?.thumbprint): Promise<void> {
  const query = new URLSearchParams({
    ...{ client_id: 'me', code_challenge: await codeChallenge('v'), code_challenge_method: 'S256', resource: RESOURCE },
    ...(key && { dpop_jkt: key }),
  });
  await world.holdfast.authorized(AGENT, `${METADATA.authorization_endpoint}?${query}`);
}

async function redeem(reply = tokens()) {
  world.replies.push(reply);
  answerOf(await world.post(METADATA.token_endpoint, SIGN_IN, document));
  const [session, ...others] = await world.ports.sessions.list();
  if (!session || others.length > 0) throw new Error('there is not exactly one session');
  return session;
}

const armedFor = async (): Promise<Algorithm | undefined> => (await world.ports.arming.get(AGENT, ISSUER))?.algorithm;

/** A bearer token that the page has got by itself. */
async function report(form: Record<string, string> = SIGN_IN) {
  const body = new URLSearchParams(form).toString();
  await world.ask({ kind: 'exposed', url: METADATA.token_endpoint, body }, document);
  return (await world.ports.sessions.list()).find(({ state }) => state === 'exposed');
}

describe('a key is of an algorithm that the authorization server and the resource take', () => {
  test('when the authorization request names it, and when its code is exchanged', async () => {
    await discover(RESOURCE_URL);
    await authorize();
    expect(await redeem()).toMatchObject({ state: 'bound', binding: { algorithm: 'RS256', codeBound: true } });
    expect(world.posted[0]?.proof?.header.alg).toBe('RS256');
  });

  test('when its document has read of more resources before', async () => {
    const others = Array.from(
      { length: 8 },
      (_, number) => `https://mcp${number}.example/.well-known/oauth-protected-resource`,
    );
    await discover(...others, RESOURCE_URL);
    expect(await armedFor()).toBe('RS256');
  });

  test('when the next one is made, and after a document that has read of no resource', async () => {
    await discover(RESOURCE_URL);
    await authorize();
    expect(await armedFor()).toBe('RS256');
    document = world.caller();
    await discover();
    expect(await armedFor()).toBe('RS256');
  });

  test('when no authorization request was seen, and the token request names the resource', async () => {
    expect(await redeem()).toMatchObject({ state: 'bound', binding: { algorithm: 'RS256', codeBound: false } });
  });

  test('when the authorization request is pushed', async () => {
    await discover();
    world.replies.push({ status: 201, body: { request_uri: 'urn:x', expires_in: 60 } });
    const pushed = { client_id: 'me', code_challenge: await codeChallenge('v'), code_challenge_method: 'S256' };
    await world.post(METADATA.pushed_authorization_request_endpoint, { ...pushed, resource: RESOURCE }, document);
    expect(world.posted[0]?.proof?.header.alg).toBe('RS256');
  });

  test('also within what the policy allows', async () => {
    take(RESOURCE, ['Ed25519', 'RS256']);
    world.policy.algorithms = ['ES256', 'RS256'];
    await discover(RESOURCE_URL);
    expect(await armedFor()).toBe('RS256');
  });

  test('and it is the server’s alone where the resource does not say, or its metadata cannot be had', async () => {
    take(RESOURCE, undefined);
    await discover(RESOURCE_URL);
    expect(await armedFor()).toBe('ES256');
    take(RESOURCE, []);
    await discover(RESOURCE_URL);
    expect(await armedFor()).toBe('ES256');
    world.documents.delete(RESOURCE_URL);
    await discover(RESOURCE_URL);
    expect(await armedFor()).toBe('ES256');
  });

  test('of several resources: one that all take, else one that the latest takes', async () => {
    take(OTHER, ['Ed25519', 'RS256']);
    await discover(RESOURCE_URL, OTHER_URL);
    expect(await armedFor()).toBe('RS256');
    take(OTHER, 'Ed25519');
    await discover(OTHER_URL);
    expect(await armedFor()).toBe('Ed25519');
    await discover(RESOURCE_URL);
    expect(await armedFor()).toBe('RS256');
  });

  test('a resource of another server, or one that takes nothing, does not change it', async () => {
    take(OTHER, 'Ed25519', { authorization_servers: ['https://else.example'] });
    await discover(RESOURCE_URL, OTHER_URL);
    expect(await armedFor()).toBe('RS256');
    take(OTHER, 'none');
    await discover(RESOURCE_URL, OTHER_URL);
    expect(await armedFor()).toBe('RS256');
  });
});

describe('where there is no algorithm in common, a sign-in has no key, and its session says why', () => {
  test('because server and resource take different ones', async () => {
    take(RESOURCE, 'ES384');
    await discover(RESOURCE_URL);
    expect(world.named).toEqual([]);
    await authorize();
    const session = await redeem(BEARER);
    expect(session).toMatchObject({ state: 'held', reason: 'no_algorithm' });
    expect(world.posted[0]?.proof).toBeUndefined();
    expect(world.activity).toContainEqual(
      expect.objectContaining({ kind: 'held', session: session.id, code: 'no_algorithm' }),
    );
    expect(await world.ports.keys.list()).toEqual([]);
  });

  test('because the policy allows none that the server takes', async () => {
    world.policy.algorithms = ['ES384'];
    await discover(RESOURCE_URL);
    await authorize();
    expect(await redeem(BEARER)).toMatchObject({ state: 'held', reason: 'policy_algorithms' });
  });

  test('because the policy allows none that the resource takes', async () => {
    world.policy.algorithms = ['ES256'];
    await discover(RESOURCE_URL);
    await authorize();
    expect(await redeem(BEARER)).toMatchObject({ state: 'held', reason: 'policy_algorithms' });
  });

  test('because the server knows none that Holdfast has, whatever the policy allows', async () => {
    offer('HS256');
    world.policy.algorithms = ['ES256'];
    await discover(RESOURCE_URL);
    expect(await redeem(BEARER)).toMatchObject({ state: 'held', reason: 'no_algorithm' });
  });

  test('where the page holds its tokens: with the sign-in, and with a refresh', async () => {
    world.policy.bearer = 'expose';
    world.policy.algorithms = ['ES384'];
    await discover(RESOURCE_URL);
    expect(await world.post(METADATA.token_endpoint, SIGN_IN, document)).toEqual({ kind: 'passAndReport' });
    expect(await report()).toMatchObject({ reason: 'policy_algorithms' });
    const refresh = { grant_type: 'refresh_token', client_id: 'me', resource: RESOURCE };
    expect(await report(refresh)).toMatchObject({ reason: 'policy_algorithms' });
  });

  test('where bearer tokens are refused', async () => {
    world.policy.bearer = 'refuse';
    world.policy.algorithms = ['ES384'];
    await discover(RESOURCE_URL);
    expect(answerOf(await world.post(METADATA.token_endpoint, SIGN_IN, document)).error).toBe('access_denied');
    expect(await world.ports.sessions.list()).toMatchObject([{ state: 'refused', reason: 'policy_algorithms' }]);
  });

  test('an earlier key is named no more where it was for these resources, and is for others', async () => {
    await discover(RESOURCE_URL);
    expect(world.named).toHaveLength(1);
    take(OTHER, 'ES384');
    await discover(OTHER_URL);
    expect(world.unnamed).toEqual([]);
    document = world.caller();
    take(RESOURCE, 'ES384');
    await discover(OTHER_URL);
    expect([world.unnamed, await armedFor()]).toEqual([[], 'RS256']);
    await discover(RESOURCE_URL);
    expect(world.unnamed).toEqual([{ agent: AGENT, endpoint: METADATA.authorization_endpoint }]);
    expect(await armedFor()).toBeUndefined();
  });
});

describe('a resource that demands bound tokens, at an authorization server that offers none', () => {
  const demand = () => take(RESOURCE, undefined, { dpop_bound_access_tokens_required: true });
  beforeEach(() => {
    offer();
    demand();
  });

  test('is said of a held session, and in the log', async () => {
    await discover(RESOURCE_URL);
    const { id } = await redeem(BEARER);
    expect(await world.ports.sessions.get(id)).toMatchObject({ state: 'held', reason: 'contradiction' });
    expect(world.activity).toContainEqual(expect.objectContaining({ kind: 'held', code: 'contradiction' }));
  });

  test('is said where bearer tokens are refused', async () => {
    world.policy.bearer = 'refuse';
    await discover(RESOURCE_URL);
    await world.post(METADATA.token_endpoint, SIGN_IN, document);
    expect(await world.ports.sessions.list()).toMatchObject([{ state: 'refused', reason: 'contradiction' }]);
  });

  test('is remembered of a sign-in that is refused', async () => {
    await discover(RESOURCE_URL);
    await authorize();
    world.replies.push({ status: 400, body: { error: 'invalid_request' } });
    expect(answerOf(await world.post(METADATA.token_endpoint, SIGN_IN, document)).status).toBe(400);
    expect(await world.ports.arming.authorizations()).toMatchObject([{ agent: AGENT, refused: 'contradiction' }]);
  });

  test('is not said of a resource that takes both', async () => {
    take(RESOURCE, 'RS256');
    await discover(RESOURCE_URL);
    expect((await redeem(BEARER)) as object).not.toHaveProperty('reason');
  });
});

describe('metadata that name another issuer than their address (RFC 8414 §3.3)', () => {
  beforeEach(() => {
    world.documents.set(METADATA_URL, { ...METADATA, issuer: 'https://login.example' });
  });

  test('are why a session is exposed, also for the next worker', async () => {
    await discover(RESOURCE_URL);
    expect(world.activity).toContainEqual(
      expect.objectContaining({ kind: 'denied', code: 'issuer_mismatch', server: ISSUER }),
    );
    expect(await world.post(METADATA.token_endpoint, SIGN_IN, document)).toEqual({ kind: 'passAndReport' });
    const next = createWorld(world.database);
    const body = new URLSearchParams(SIGN_IN).toString();
    await next.ask({ kind: 'exposed', url: METADATA.token_endpoint, body });
    expect(await next.ports.sessions.list()).toMatchObject([{ state: 'exposed', reason: 'issuer_mismatch' }]);
  });

  test('are said where the server knows no DPoP either: its tokens would be held', async () => {
    const { dpop_signing_alg_values_supported: _, ...plain } = METADATA;
    world.documents.set(METADATA_URL, { ...plain, issuer: 'https://login.example' });
    await world.ask({ kind: 'resource', url: RESOURCE_URL }, document);
    const plainly = {
      kind: 'discover',
      url: METADATA_URL,
      dpop: false,
      tokenEndpoint: METADATA.token_endpoint,
    } as const;
    await world.ask(plainly, document);
    expect(await report()).toMatchObject({ reason: 'issuer_mismatch' });
  });

  test('are forgotten once they are right', async () => {
    await discover(RESOURCE_URL);
    offer('RS256');
    await discover(RESOURCE_URL);
    await authorize();
    expect(await redeem()).toMatchObject({ state: 'bound' });
  });

  test('are not, where more than the issuer is wrong', async () => {
    world.documents.set(METADATA_URL, { ...METADATA, issuer: 'https://login.example', token_endpoint: 'x' });
    await discover(RESOURCE_URL);
    expect(await report()).toMatchObject({ reason: 'unverified' });
  });
});
