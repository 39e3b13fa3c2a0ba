import { beforeEach, describe, expect, test } from 'vitest';
import { anOrigin } from '../../model/brands.fixture.ts';
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

const MINUTE = 60_000;
const OPENID_URL = `${ISSUER}/.well-known/openid-configuration`;
const RESOURCE_URL = 'https://mcp.example/.well-known/oauth-protected-resource/mcp';
const LOGIN = { grant_type: 'authorization_code', code: 'c', code_verifier: 'own', client_id: 'website' };
const PASS = { kind: 'passAndReport' };

let world: World;
let document: Caller;
beforeEach(() => {
  world = createWorld();
  document = world.caller();
  world.documents.set(OPENID_URL, METADATA);
  world.documents.set(RESOURCE_URL, { resource: RESOURCE, authorization_servers: [ISSUER] });
});

const read = (url: string, who = document) => world.ask({ kind: 'resource', url }, who);
const discover = (url = METADATA_URL, who = document) => world.ask({ kind: 'discover', url, dpop: true }, who);
const redeem = (form: Record<string, string> = LOGIN, who = world.caller()) => {
  world.replies.push(tokens());
  return world.post(METADATA.token_endpoint, form, who);
};
const push = (form: Record<string, string>, who = world.caller()) => {
  world.replies.push({ status: 201, body: { request_uri: 'urn:x' } });
  return world.post(METADATA.pushed_authorization_request_endpoint, { ...form, code_challenge: 'x' }, who);
};

describe('a login of the site’s own, at the server of its agent', () => {
  beforeEach(() => world.bound());

  test('leaves as the page made it, pushed or not', async () => {
    expect(await push({ client_id: 'website' })).toEqual({ kind: 'pass' });
    expect(await redeem()).toEqual(PASS);
    expect(world.posted).toEqual([]);
  });

  test('and the discovery before it asks for nothing, arms nothing, and expects nothing', async () => {
    const other = anOrigin('https://other.example');
    await discover(OPENID_URL, world.caller(other));
    expect(await world.ports.arming.ofAgent(other)).toEqual([]);
    await discover(OPENID_URL, document); // this agent is armed at this server: it stays so
    expect(await redeem()).toEqual(PASS);
  });

  test('is not expected any more once the agent has signed in, nor long after a discovery', async () => {
    await discover();
    await world.authorize('challenge');
    expect(await redeem()).toEqual(PASS);
    await discover();
    world.pass(11 * MINUTE);
    expect(await redeem()).toEqual(PASS);
  });

  test('shows as what it is', async () => {
    await world.ask({ kind: 'exposed', url: METADATA.token_endpoint, body: new URLSearchParams(LOGIN).toString() });
    expect(await world.ports.sessions.list()).toContainEqual(expect.objectContaining({ reason: 'own_login' }));
  });

  test('is refused where the site’s policy refuses bearer tokens', async () => {
    world.policy.bearer = 'refuse';
    expect(answerOf(await redeem()).error).toBe('access_denied');
  });
});

describe('a client that names no resource is bound', () => {
  test.each([
    ['after its document has read of a resource', async () => read(RESOURCE_URL), () => document],
    ['in the document that comes back from a sign-in', async () => discover(), () => world.caller()],
  ])('%s', async (_, before, who) => {
    await world.bound();
    await before();
    expect(answerOf(await redeem(LOGIN, who())).access_token).toMatch(/^hf_/);
  });

  test('when it was bound before, at every later sign-in', async () => {
    await discover();
    await redeem();
    world.pass(24 * 60 * MINUTE);
    expect(answerOf(await redeem()).access_token).toMatch(/^hf_/);
    expect(answerOf(await push({ client_id: 'website' })).request_uri).toBe('urn:x');
  });
});

describe('the resource of a client that names none', () => {
  const resource = async () => (await world.ports.sessions.list())[0]?.resource;
  const OTHER_URL = 'https://other.example/.well-known/oauth-protected-resource';

  test('is the only one that its document read of and that trusts the server', async () => {
    world.documents.set(OTHER_URL, {
      resource: 'https://other.example',
      authorization_servers: ['https://elsewhere.example'],
    });
    for (const url of [RESOURCE_URL, OTHER_URL]) await read(url);
    await discover();
    await redeem(LOGIN, document);
    expect(await resource()).toBe(RESOURCE);
  });

  test.each([
    ['several trust the server', { resource: 'https://other.example', authorization_servers: [ISSUER] }],
    ['its metadata are another’s', undefined],
  ])('is not guessed where %s', async (_, other) => {
    if (other) world.documents.set(OTHER_URL, other);
    else world.documents.set(RESOURCE_URL, { resource: 'https://bank.example', authorization_servers: [ISSUER] });
    for (const url of [RESOURCE_URL, OTHER_URL]) await read(url);
    await discover();
    await redeem(LOGIN, document);
    expect(await resource()).toBeUndefined();
  });

  test('is not asked for its metadata without access to it', async () => {
    await read(RESOURCE_URL);
    await discover();
    world.declines.add('https://mcp.example');
    await redeem(LOGIN, document);
    expect(await resource()).toBeUndefined();
  });
});

describe('the requests that name a key', () => {
  test('are those for the resources that the agent read of or signed in for, and of its clients there', async () => {
    await read(RESOURCE_URL);
    await discover();
    expect(world.named.at(-1)).toMatchObject({ resources: ['https://mcp.example'], clients: [] });
    await redeem({ ...LOGIN, client_id: 'agent', resource: 'https://second.example/mcp' });
    expect(world.named.at(-1)).toMatchObject({
      resources: ['https://mcp.example', 'https://second.example'],
      clients: ['agent'],
    });
    await world.holdfast.arrived(AGENT);
    expect(world.named.at(-1)).toMatchObject({ clients: ['agent'] });
  });

  test('are those of every agent of the host, whose rules they share', async () => {
    const neighbour = anOrigin(`${AGENT}:8443`);
    await read(RESOURCE_URL);
    await discover();
    await discover(METADATA_URL, world.caller(neighbour));
    expect(world.named.at(-1)).toMatchObject({ agent: neighbour, resources: ['https://mcp.example'] });
  });

  test('are so many at most, the latest', async () => {
    for (let number = 0; number < 20; number += 1) await read(`https://${number}.example/mcp`);
    await discover();
    expect(world.named.at(-1)?.resources).toHaveLength(8);
    expect(world.named.at(-1)?.resources.at(-1)).toBe('https://19.example');
  });

  test('are none at an endpoint that is a pattern in a filter', async () => {
    world.documents.set(METADATA_URL, { ...METADATA, authorization_endpoint: `${ISSUER}/*/authorize` });
    await discover();
    expect(world.named).toEqual([]);
  });
});
