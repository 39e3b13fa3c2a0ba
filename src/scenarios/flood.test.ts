import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PageRequest } from '../messages/page.ts';
import { anOrigin } from '../model/brands.fixture.ts';
import {
  MOST_ARMED,
  MOST_KNOWN_SERVERS,
  MOST_LOOKED,
  MOST_PENDING,
  MOST_PLAIN,
  MOST_SERVERS,
  MOST_SIGN_INS,
  MOST_UNBOUND,
} from '../model/quotas.ts';
import { isLive, isUnbound } from '../model/session.ts';
import { codeChallenge } from '../protocol/oauth/pkce.ts';
import { AGENT, answerOf, createWorld, METADATA, type ScriptedReply, tokens, type World } from './world.fixture.ts';

const HOSTILE = anOrigin('https://hostile.example');
const MESSAGES = 500;
const EACH_MS = 60_000;

/** One thing that hostile script says, or has its browser do. */
type Move = PageRequest | { readonly kind: 'navigate'; readonly challenge: string };

/** More servers than any quota has room for: their metadata are what the attacker likes. */
const issuer = fc.nat(300).map((number) => `https://s${number}.evil.example`);
const verifier = fc.nat(200).map((number) => String(number).padStart(43, 'v'));
const text = fc.string({ maxLength: 12 });

const form = (members: fc.Arbitrary<Record<string, string>>) =>
  fc.record({ at: issuer, members, endpoint: fc.constantFrom('token', 'par', 'revoke') }).map(
    ({ at, members, endpoint }): Move => ({
      kind: 'form',
      url: `${at}/${endpoint}`,
      headers: [],
      body: new URLSearchParams(members).toString(),
    }),
  );
const discover = fc.record({ at: issuer, dpop: fc.constantFrom(true, true, true, false) }).map(
  ({ at, dpop }): Move => ({
    kind: 'discover',
    url: `${at}/.well-known/oauth-authorization-server`,
    dpop,
    tokenEndpoint: `${at}/token`,
  }),
);
const redeem = form(
  fc.record({
    grant_type: fc.constantFrom('authorization_code', 'client_credentials'),
    code: text,
    code_verifier: verifier,
    client_id: text,
    resource: issuer,
  }),
);
const exposed = fc
  .record({ at: issuer, type: text, scope: text, expiresIn: fc.double() })
  .map(({ at, ...rest }): Move => ({ kind: 'exposed', url: `${at}/token`, body: `resource=${at}`, ...rest }));
const navigate = verifier.map((challenge): Move => ({ kind: 'navigate', challenge }));
const others = fc.oneof(
  issuer.map((at): Move => ({ kind: 'resource', url: `${at}/.well-known/oauth-protected-resource` })),
  form(fc.record({ grant_type: fc.constant('refresh_token'), refresh_token: text, client_id: text })),
  form(fc.record({ code_challenge: verifier, client_id: text, resource: issuer })),
  fc
    .record({ at: issuer, token: fc.constantFrom('hf_x', 'own') })
    .map(({ at, token }): Move => ({ kind: 'prove', token, method: 'POST', url: `${at}/mcp`, mcp: true })),
  issuer.map((at): Move => ({ kind: 'typed', url: `${at}/mcp` })),
  issuer.map((at): Move => ({ kind: 'aside', url: `${at}/mcp` })),
  fc.array(text, { maxLength: 64 }).map((jtis): Move => ({ kind: 'dropped', jtis })),
);
const move = fc.oneof(
  { weight: 3, arbitrary: discover },
  { weight: 3, arbitrary: navigate },
  redeem,
  { weight: 4, arbitrary: exposed },
  others,
);

/** A world in which every server of the attacker's is there, and answers what helps it. */
function hostileWorld(answers: readonly ScriptedReply[]): World {
  const world = createWorld();
  const { get } = world.documents;
  world.documents.get = (url) => {
    const { origin, pathname } = new URL(url);
    if (!origin.endsWith('.evil.example')) return get.call(world.documents, url);
    if (pathname.includes('protected-resource')) return { resource: origin, authorization_servers: [origin] };
    const named = Object.entries(METADATA).map(([name, value]) => [
      name,
      String(value).replace(METADATA.issuer, origin),
    ]);
    return { ...Object.fromEntries(named), dpop_signing_alg_values_supported: ['ES256'] };
  };
  let asked = 0;
  const { shift } = world.replies;
  world.replies.shift = () => {
    asked += 1;
    return world.replies.length > 0 ? shift.call(world.replies) : answers[asked % answers.length];
  };
  return world;
}

async function make(world: World, one: Move, who: ReturnType<World['caller']>): Promise<void> {
  if (one.kind === 'navigate') {
    const latest = world.named.findLast(({ agent }) => agent === HOSTILE);
    if (!latest) return;
    const { endpoint, thumbprint } = latest;
    const query = `client_id=x&code_challenge=${one.challenge}&code_challenge_method=S256&dpop_jkt=${thumbprint}`;
    await world.holdfast.authorized(HOSTILE, `${endpoint}?${query}`);
    return;
  }
  const reply = await world.ask(one, who);
  if (reply.kind === 'proof') world.holdfast.proofLog.lost(reply.jti, true);
}

/** What is kept of the hostile page. */
async function keptIn({ database, ports }: World) {
  const ofHostile = <Kept extends { readonly agent: string }>(all: readonly Kept[]) =>
    all.filter(({ agent }) => agent === HOSTILE);
  const sessions = ofHostile(await ports.sessions.list());
  const stored = await database;
  const armed = ofHostile(await ports.arming.list());
  return {
    live: sessions.filter(isLive).length,
    unbound: sessions.filter(isUnbound).length,
    servers: ofHostile(await stored.getAll('knownServers')).length,
    armed,
    /** Of the armed servers, those that no session is from. */
    spare: armed.filter(({ issuer }) => !sessions.some((one) => one.issuer === issuer)).length,
    authorizations: ofHostile(await stored.getAll('authorizations')).length,
    keys: await stored.count('keys'),
    memory: await stored.count('memory'),
  };
}

test(`whatever ${MESSAGES} messages a page says, what is kept of it has room, and another agent’s session goes on`, {
  timeout: 2 * EACH_MS,
}, async () => {
  const most = { servers: 0, spare: 0, authorizations: 0, unbound: 0 };
  const refusal = { status: 400, body: { error: 'invalid_grant' } };
  const answers = [tokens({ token_type: 'Bearer' }), refusal, tokens(), refusal, refusal, refusal];
  await fc.assert(
    fc.asyncProperty(fc.array(move, { minLength: MESSAGES, maxLength: MESSAGES }), async (moves) => {
      const world = hostileWorld(answers);
      const honest = await world.bound();
      const pending = await codeChallenge('h'.repeat(43));
      await world.authorize(pending);
      for (const one of moves) await make(world, one, world.caller(HOSTILE, 2));

      const { live, unbound, servers, armed, spare, authorizations, keys, memory } = await keptIn(world);
      expect(servers).toBeLessThanOrEqual(MOST_KNOWN_SERVERS);
      expect(unbound).toBeLessThanOrEqual(MOST_UNBOUND);
      expect(spare).toBeLessThanOrEqual(MOST_ARMED);
      expect(authorizations).toBeLessThanOrEqual(MOST_PENDING + live);
      for (const { signIns } of armed) {
        expect(Math.max(signIns.resources.length, signIns.clients.length)).toBeLessThanOrEqual(MOST_SIGN_INS);
      }
      // Beside the honest agent's two: one for each server, each sign-in under way, and each session.
      expect(keys).toBeLessThanOrEqual(2 + MOST_ARMED + MOST_PENDING + 2 * (live + unbound));
      expect(memory).toBeLessThanOrEqual(2 * MOST_SERVERS + 2 * MOST_PLAIN + MOST_LOOKED);
      most.servers = Math.max(most.servers, servers);
      most.spare = Math.max(most.spare, spare);
      most.authorizations = Math.max(most.authorizations, authorizations);
      most.unbound = Math.max(most.unbound, unbound);

      const request = { token: honest.handles.access, method: 'POST', url: honest.resource ?? '' } as const;
      expect((await world.ask({ kind: 'prove', ...request })).kind).toBe('proof');
      expect(await world.ports.arming.authorization(pending)).toMatchObject({ agent: AGENT });
      world.replies.push(tokens({ access_token: 'real-access-2' }));
      const refresh = { grant_type: 'refresh_token', refresh_token: honest.handles.refresh ?? '', client_id: 'me' };
      expect(answerOf(await world.post(METADATA.token_endpoint, refresh)).status).toBe(200);
    }),
    { numRuns: 2, seed: 2026, endOnFailure: true },
  );
  // The flood has reached what it was to fill.
  expect(most.unbound).toBe(MOST_UNBOUND);
  expect(most.servers).toBeGreaterThanOrEqual(MOST_ARMED);
  expect(most.authorizations).toBeGreaterThanOrEqual(MOST_PENDING);
  expect(most.spare).toBe(MOST_ARMED);
});
