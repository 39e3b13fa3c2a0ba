import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PageReply } from '../../messages/page.ts';
import { anAccessToken, aRefreshToken } from '../../model/brands.fixture.ts';
import type { BoundSession } from '../../model/session.ts';
import { cases, hostileBody, MANY } from '../../protocol/hostile.fixture.ts';
import { hasLiteralHost } from '../../protocol/http/host.ts';
import { codeChallenge } from '../../protocol/oauth/pkce.ts';
import {
  AGENT,
  createWorld,
  leaving,
  METADATA,
  METADATA_URL,
  RESOURCE,
  type ScriptedReply,
  type World,
} from '../world.fixture.ts';

const ACCESS = 'real-access-0123456789';
const REFRESH = 'real-refresh-0123456789';
const ANSWER = { access_token: ACCESS, token_type: 'DPoP', expires_in: 60, refresh_token: REFRESH, scope: 'a' };
const REFUSAL = { error: 'invalid_grant', error_description: 'it is gone', error_uri: 'urn:x' };
/** Some servers name the token that they refuse. */
const REPEATING = { ...REFUSAL, error_description: `the token ${REFRESH} is gone`, error_uri: `urn:${ACCESS}` };

const NONCE = /^[\x21\x23-\x5b\x5d-\x7e]{1,1024}$/;
const ERRORS = ['use_dpop_nonce', 'invalid_dpop_proof', 'invalid_grant', 'invalid_token', 'temporarily_unavailable'];
const field = fc.oneof(
  fc.stringMatching(/^[\x21-\x7e][\x20-\x7e]{0,40}[\x21-\x7e]$/),
  fc.constantFrom('n1', 'n2', 'x'.repeat(5_000), '', ','),
);
const challenge = fc.oneof(
  fc
    .tuple(fc.constantFrom('DPoP', 'Bearer', 'dpop'), fc.constantFrom(...ERRORS, ACCESS))
    .map(([scheme, error]) => `${scheme} error="${error}"`),
  field,
);
const date = fc.oneof(
  fc.integer({ min: -4e8, max: 4e8 }).map((skew) => new Date(Date.UTC(2026, 10, 23) + skew).toUTCString()),
  field,
);
const headers = fc.dictionary(fc.constantFrom('DPoP-Nonce', 'Content-Type', 'Retry-After', 'Location'), field, {
  noNullPrototype: true,
});
const replyLike = (refusal: object) =>
  fc
    .tuple(
      fc.oneof(fc.constantFrom(200, 200, 200, 400, 401, 400), fc.integer({ min: 200, max: 999 })),
      fc.oneof(
        hostileBody(ANSWER),
        hostileBody({ ...refusal }),
        fc.constantFrom(...ERRORS).map((error) => JSON.stringify({ error })),
      ),
      headers,
      fc.option(date, { nil: undefined }),
      fc.constantFrom('*', '*', '*', 'https://agent.example', 'null', 'https://evil.example'),
    )
    .map(
      ([status, body, fields, when, origin]): ScriptedReply => ({
        status,
        body,
        headers: { ...fields, ...(when && { Date: when }), 'Access-Control-Allow-Origin': origin },
      }),
    );

/** What a page can be given: a Response can be made of it, and no real token stands in it. */
function expectFitForPage(answer: PageReply): void {
  expect(['pass', 'relabel', 'answer', 'unreachable', 'proof']).toContain(answer.kind);
  expect(JSON.stringify(answer)).not.toContain('real-');
  if (answer.kind !== 'answer') return;
  const response = new Response(answer.body || null, { status: answer.status, headers: [...answer.headers] });
  expect(response.status).toBe(answer.status);
  expect(() => JSON.parse(answer.body)).not.toThrow();
}

function expectCleanLog({ activity }: World): void {
  for (const { code } of activity) expect(code ?? 'none').toMatch(/^[a-z_]{1,64}$/);
  expect(JSON.stringify(activity)).not.toMatch(/real-|hfr?_[\w-]{43}/);
  activity.length = 0;
}

async function expectUnharmed(world: World, { id }: BoundSession): Promise<void> {
  expect((await world.ports.sessions.get(id))?.state).toBe('bound');
  expect(await world.ports.sessions.tokens(id)).toEqual({ accessToken: 'real-access', refreshToken: 'real-refresh' });
}

/** Between two sign-ins, in milliseconds: they are no loop. */
const SLOWLY = 15_000;

test(
  'whatever a token endpoint answers to a refresh, the page gets an answer without a token, and no other session is touched',
  MANY,
  async () => {
    const world = createWorld();
    const bystander = await world.bound();
    const ends = new Set<string>();
    let session = await world.bound();
    await fc.assert(
      fc.asyncProperty(fc.array(replyLike(REPEATING), { minLength: 3, maxLength: 3 }), async (replies) => {
        world.pass(SLOWLY);
        const before = await world.ports.sessions.get(session.id);
        if (before?.state !== 'bound') session = await world.bound();
        await world.ports.sessions.save(session, {
          accessToken: anAccessToken(ACCESS),
          refreshToken: aRefreshToken(REFRESH),
        });
        world.replies.push(...replies);
        const form = { grant_type: 'refresh_token', refresh_token: session.handles.refresh ?? '', client_id: 'me' };
        expectFitForPage(await world.post(METADATA.token_endpoint, form));
        const sent = replies.slice(0, replies.length - world.replies.length);
        world.replies.length = 0;

        const after = await world.ports.sessions.get(session.id);
        const tokens = await world.ports.sessions.tokens(session.id);
        ends.add(after?.state ?? 'none');
        if (after?.state === 'bound') expect(tokens?.refreshToken).toBeTruthy();
        else expect([after?.state, tokens, endedBy(sent.at(-1))]).toEqual(['expired', undefined, true]);
        expect((await world.ports.memory.nonce(METADATA.issuer)) ?? 'n').toMatch(NONCE);
        expect(Math.abs(await world.ports.memory.clockOffset(METADATA.issuer))).toBeLessThan(86_500_000);
        expectCleanLog(world);
      }),
      cases(1_000),
    );
    expect(ends).toEqual(new Set(['bound', 'expired']));
    await expectUnharmed(world, bystander);
  },
);

/** Only the server's word that the grant is gone, or that it binds no more, ends a session. */
function endedBy(last: ScriptedReply | undefined): boolean {
  const body = JSON.parse(String(last?.body)) as { error?: string; token_type?: string };
  return last?.status === 200 ? body.token_type?.toLowerCase() !== 'dpop' : body.error === 'invalid_grant';
}

test(
  'whatever a token endpoint answers to a sign-in, the page gets an answer, and what is kept can be shown',
  MANY,
  async () => {
    const world = createWorld();
    const bystander = await world.bound();
    const kinds = new Set<string>();
    let count = 0;
    await fc.assert(
      fc.asyncProperty(replyLike(REFUSAL), async (hostile) => {
        world.pass(SLOWLY);
        const verifier = `verifier-${count++}`;
        await world.authorize(await codeChallenge(verifier));
        world.replies.push(hostile, hostile, hostile);
        const form = { grant_type: 'authorization_code', code: 'c', code_verifier: verifier, resource: RESOURCE };
        const answer = await world.post(METADATA.token_endpoint, form);
        world.replies.length = 0;
        const plain = (await world.ports.sessions.list()).some(({ state }) => state === 'exposed');
        kinds.add(answer.kind);
        if (!plain) expectFitForPage(answer);
        for (const session of await world.ports.sessions.list()) {
          if (session.expiresAt !== undefined)
            expect(() => new Date(session.expiresAt ?? 0).toISOString()).not.toThrow();
          if (session.id !== bystander.id) await world.ports.sessions.remove(session.id);
        }
        expectCleanLog(world);
      }),
      cases(400),
    );
    expect(kinds).toEqual(new Set(['answer', 'unreachable']));
    await expectUnharmed(world, bystander);
  },
);

test(
  'whatever a resource answers to a proof, its session stays, and other servers’ nonces and clocks do too',
  MANY,
  async () => {
    const world = createWorld();
    const session = await world.bound();
    const bystander = await world.bound({ resource: 'https://other.example/mcp' });
    await world.ports.memory.setNonce('https://other.example', 'theirs');
    const prove = (refused?: object) =>
      world.ask({ kind: 'prove', token: session.handles.access, method: 'POST', url: RESOURCE, ...refused });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 100, max: 999 }),
        headers,
        challenge,
        fc.option(date, { nil: undefined }),
        async (status, fields, authenticate, when) => {
          world.pass(60_000);
          const first = await prove();
          expectFitForPage(first);
          if (first.kind !== 'proof') throw new Error('a session that is bound gets a proof');
          const answered = new Headers({ ...fields, 'WWW-Authenticate': authenticate, ...(when && { Date: when }) });
          world.holdfast.proofLog.sent(first.jti, leaving('DPoP real-access'));
          await world.holdfast.proofLog.answered(first.jti, status, (name) => answered.get(name));
          const nonce = answered.get('DPoP-Nonce') ?? undefined;
          // What the page says of the answer; what it reads there by itself is not Holdfast's.
          const said = authenticate.replaceAll('real-', '');
          expectFitForPage(await prove({ refused: { jti: first.jti, nonce, challenge: said } }));
          expect((await world.ports.memory.nonce('https://mcp.example')) ?? 'n').toMatch(
            /^[\x21\x23-\x5b\x5d-\x7e]{1,1024}$/,
          );
          expect(Math.abs(await world.ports.memory.clockOffset('https://mcp.example'))).toBeLessThan(86_500_000);
          expectCleanLog(world);
        },
      ),
      cases(1_000),
    );
    await expectUnharmed(world, session);
    await expectUnharmed(world, bystander);
    expect(await world.ports.memory.nonce('https://other.example')).toBe('theirs');
    expect(await world.ports.memory.clockOffset('https://other.example')).toBe(0);
    expect(JSON.stringify(await world.ports.usage.get(session.id))).not.toContain('real-');
  },
);

test(
  'whatever a server says of itself while it has sessions, they stay, and nobody is asked for a pattern of hosts',
  MANY,
  async () => {
    const world = createWorld();
    const session = await world.bound();
    const asked = new Set<string>();
    const { ensure } = world.ports.access;
    Object.assign(world.ports.access, {
      ensure: (...[agent, origins]: Parameters<typeof ensure>) => {
        for (const origin of origins) asked.add(origin);
        return ensure(agent, origins);
      },
    });
    await fc.assert(
      fc.asyncProperty(hostileBody(METADATA), async (body) => {
        world.pass(10 * 60_000);
        world.documents.set(METADATA_URL, body);
        expect(await world.ask({ kind: 'discover', url: METADATA_URL, dpop: true })).toEqual({ kind: 'pass' });
        const known = await world.ports.servers.get(AGENT, METADATA.issuer);
        expect(new URL(known?.tokenEndpoint ?? '').href).toBe(known?.tokenEndpoint);
        expectCleanLog(world);
      }),
      cases(1_000),
    );
    for (const origin of asked) expect(hasLiteralHost(origin)).toBe(true);
    await expectUnharmed(world, session);
  },
);
