import { SignJWT } from 'jose';
import { beforeEach, describe, expect, test } from 'vitest';
import { anOrigin, aResource } from '../../model/brands.fixture.ts';
import { codeChallenge } from '../../protocol/oauth/pkce.ts';
import {
  AGENT,
  answerOf,
  createWorld,
  leaving,
  METADATA,
  oauthRefusal,
  RESOURCE,
  tokens,
  type World,
} from '../world.fixture.ts';

const BEARER = tokens({ token_type: 'Bearer' });

let world: World;
let count = 0;
beforeEach(() => {
  world = createWorld();
});

/** One sign-in, answered like this. */
async function signIn(reply = tokens(), agent = AGENT, resource = RESOURCE) {
  const code_verifier = `verifier-${++count}`;
  await world.authorize(await codeChallenge(code_verifier), agent);
  world.replies.splice(0, Number.POSITIVE_INFINITY, reply);
  const form = { grant_type: 'authorization_code', code: 'c', code_verifier, client_id: 'me', resource };
  return answerOf(await world.post(METADATA.token_endpoint, form, world.caller(agent)));
}

/** The session's token is used, and the resource answers. */
async function use(token: unknown, status: number) {
  const reply = await world.ask({ kind: 'prove', token: String(token), method: 'POST', url: RESOURCE });
  if (reply.kind !== 'proof') throw new Error(`the page got ${reply.kind}`);
  world.holdfast.proofLog.sent(reply.jti, leaving('DPoP real-access'));
  await world.holdfast.proofLog.answered(reply.jti, status, () => null);
}

describe('an agent that signs in again and again', () => {
  test.each([
    ['whose tokens are refused', tokens(), 401],
    ['that gets a bearer token each time', BEARER, undefined],
    ['whose codes are refused', oauthRefusal('invalid_grant'), undefined],
  ])('%s is stopped before its next code is spent, for half a minute', async (_, reply, status) => {
    for (let turn = 0; turn < 6; turn += 1) {
      const { access_token } = await signIn(reply);
      if (status) await use(access_token, status);
      world.pass(400);
    }
    const sent = world.posted.length;
    expect(await signIn(reply)).toMatchObject({ status: 503, error: 'temporarily_unavailable' });
    expect(world.posted).toHaveLength(sent);
    await signIn(reply);
    expect(world.activity.filter(({ code }) => code === 'breaker_open')).toMatchObject([
      { kind: 'denied', agent: AGENT },
    ]);
    world.pass(30_000);
    expect((await signIn()).status).toBe(200);
  });

  test('and uses what it gets is no loop, nor one that takes its time', async () => {
    for (let turn = 0; turn < 20; turn += 1) {
      const { access_token } = await signIn();
      if (turn % 4 === 0) await use(access_token, 200);
    }
    for (let turn = 0; turn < 20; turn += 1) {
      world.pass(15_000);
      expect((await signIn(BEARER)).status).toBe(200);
    }
  });

  test('holds up no other agent, and no sign-in of its own for another resource', async () => {
    for (let turn = 0; turn < 7; turn += 1) await signIn(BEARER);
    expect((await signIn(tokens(), anOrigin('https://other.example'))).status).toBe(200);
    expect((await signIn(tokens(), AGENT, aResource('https://second.example/mcp'))).status).toBe(200);
    expect((await signIn()).status).toBe(503);
  });
});

describe('a server that calls a bound token a bearer token', () => {
  const bound = (jkt: string) =>
    new SignJWT({ cnf: { jkt } }).setProtectedHeader({ alg: 'HS256' }).sign(new Uint8Array(32));
  const signInBoundTo = async (jktOf: (named: string) => string) => {
    const named = await world.authorize(await codeChallenge('v'));
    world.replies.push(tokens({ token_type: 'Bearer', access_token: await bound(jktOf(named)) }));
    const form = { grant_type: 'authorization_code', code: 'c', code_verifier: 'v', client_id: 'me' };
    return answerOf(await world.post(METADATA.token_endpoint, form));
  };

  test('is believed by the token, which names the session’s key: the session is bound, and stays so', async () => {
    const { refresh_token } = await signInBoundTo((named) => named);
    const [session] = await world.ports.sessions.list();
    if (session?.state !== 'bound') throw new Error(`the session is ${session?.state}`);
    const access_token = await bound(session.binding.thumbprint);
    world.replies.push(tokens({ token_type: 'Bearer', access_token }));
    const form = { grant_type: 'refresh_token', refresh_token: String(refresh_token), client_id: 'me' };
    expect(answerOf(await world.post(METADATA.token_endpoint, form)).access_token).toMatch(/^hf_/);
  });

  test('is not, where the token names another key', async () => {
    expect((await signInBoundTo(() => 'another')).access_token).toMatch(/^hf_/);
    expect(await world.ports.sessions.list()).toMatchObject([{ state: 'held' }]);
  });
});

describe('a sign-in that comes to nothing leaves a trace', () => {
  const last = () => world.activity.at(-1);

  test.each([
    ['with an OAuth error', oauthRefusal('invalid_grant'), { kind: 'refused', status: 400, code: 'invalid_grant' }],
    ['with a page', { status: 500, body: '<h1>no</h1>' }, { kind: 'unserved', status: 500, code: undefined }],
    [
      'to CORS',
      tokens({}, { 'Access-Control-Allow-Origin': 'null' }),
      { kind: 'refused', status: 200, code: 'cors_refused' },
    ],
    ['with no token', { body: '{}' }, { kind: 'refused', code: 'reply_invalid' }],
    ['by nobody', 'unreachable' as const, { kind: 'unserved', code: 'server_unreachable' }],
  ])('%s', async (_, reply, line) => {
    await world.authorize(await codeChallenge('v'));
    world.replies.push(reply);
    await world.post(METADATA.token_endpoint, {
      grant_type: 'authorization_code',
      code_verifier: 'v',
      resource: RESOURCE,
    });
    expect(last()).toMatchObject({ agent: AGENT, server: METADATA.issuer, ...line });
  });

  test('and so does one that is pushed', async () => {
    await world.authorize(await codeChallenge('v'));
    world.replies.push(oauthRefusal('invalid_request'));
    await world.post(METADATA.pushed_authorization_request_endpoint, { code_challenge: 'x', resource: RESOURCE });
    expect(last()).toMatchObject({ kind: 'refused', status: 400, code: 'invalid_request' });
  });
});
