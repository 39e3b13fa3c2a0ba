import { beforeEach, expect, test } from 'vitest';
import { aDestination, anAccessToken, anOrigin } from '../model/brands.fixture.ts';
import type { BoundSession } from '../model/session.ts';
import { codeChallenge } from '../protocol/oauth/pkce.ts';
import { withPermission } from '../sessions/permission.ts';
import { answerOf, createWorld, METADATA, RESOURCE, type World } from './world.fixture.ts';

const TO = aDestination(RESOURCE);

let world: World;
let session: BoundSession;
beforeEach(async () => {
  world = createWorld();
  session = await world.bound();
  world.posted.length = 0;
  world.presented.length = 0;
});

/** What Chrome or the person took back, and what the site’s policy forbids. */
const REFUSALS: readonly (readonly [string, () => unknown])[] = [
  ['that the person has taken back', () => world.declines.add('https://as.example').add('https://mcp.example')],
  ['that the policy forbids', () => Object.assign(world.policy, { servers: [] })],
];

test.each(REFUSALS)(
  'to a server %s no token goes when its session is revoked, and that is not confirmed',
  async (_, refuse) => {
    refuse();
    expect(await world.holdfast.revoke(session.id)).toMatchObject({ state: 'revoked', confirmed: false });
    expect(world.posted).toEqual([]);
  },
);

test.each(REFUSALS)('to a server %s none goes when the page revokes it, or asks about it', async (_, refuse) => {
  refuse();
  for (const url of [METADATA.revocation_endpoint, METADATA.introspection_endpoint]) {
    expect(await world.post(url, { token: session.handles.refresh ?? '' })).toEqual({ kind: 'unreachable' });
  }
  expect(world.posted).toEqual([]);
});

test.each(REFUSALS)('to a server %s the drill sends nothing', async (_, refuse) => {
  refuse();
  await world.holdfast.drill.run(session.id);
  expect(world.probed).toEqual([]);
});

test.each(REFUSALS)('at a server %s no token is presented', async (_, refuse) => {
  refuse();
  await world.ask({ kind: 'prove', token: session.handles.access, method: 'POST', url: RESOURCE });
  expect(world.presented).toEqual([]);
});

test.each(REFUSALS)('at a server %s the rules themselves present none, whichever use case asks', async (_, refuse) => {
  const { rules, network } = withPermission(world.ports);
  const present = () =>
    rules.present(1, session.agent, TO, {
      header: 'authorization',
      scheme: 'DPoP',
      accessToken: anAccessToken('real'),
      session: session.id,
    });
  await present();
  refuse();
  for (const work of [present, () => network.firstEvent(TO, session.agent, {}), () => network.get(TO, session.agent)]) {
    await expect(work()).rejects.toMatchObject({ code: 'permission_declined' });
  }
});

test('a secret is sent to a destination, and to no URL', () => {
  const { network, rules } = world.ports;
  // @ts-expect-error: only `model/destination.ts` makes one
  const posts: Parameters<typeof network.post>[0] = 'https://evil.example/token';
  // @ts-expect-error: as above
  const presents: Parameters<typeof rules.present>[2] = 'https://evil.example/mcp';
  expect([posts, presents]).toHaveLength(2);
});

test('a code is not spent for another resource than the one that its sign-in named', async () => {
  await world.ask({ kind: 'discover', url: 'https://as.example/.well-known/oauth-authorization-server', dpop: true });
  const key = world.named.at(-1)?.thumbprint ?? '';
  const query = new URLSearchParams({
    ...{ client_id: 'me', resource: RESOURCE, dpop_jkt: key },
    ...{ code_challenge: await codeChallenge('verifier'), code_challenge_method: 'S256' },
  });
  await world.holdfast.authorized(session.agent, `${METADATA.authorization_endpoint}?${query}`);
  const form = { grant_type: 'authorization_code', code: 'c', code_verifier: 'verifier' };
  const elsewhere = await world.post(METADATA.token_endpoint, { ...form, resource: 'https://mcp.evil.example/' });
  expect(answerOf(elsewhere)).toMatchObject({ status: 400, error: 'invalid_target' });
  expect(world.posted).toEqual([]);
});

test('a server’s metadata says nothing of another’s token endpoint: that it is without DPoP, least of all', async () => {
  const evil = 'https://evil.example/.well-known/oauth-authorization-server';
  for (const [url, isPlain] of [
    [METADATA.token_endpoint, false],
    ['https://evil.example/token', true],
  ] as const) {
    await world.ask({ kind: 'discover', url: evil, dpop: false, tokenEndpoint: url });
    expect(await world.ports.memory.isPlain(anOrigin('https://agent.example'), url)).toBe(isPlain);
  }
});
