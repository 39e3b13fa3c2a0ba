import fc from 'fast-check';
import type { StoreNames } from 'idb';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Schema } from '../../background/store/database.ts';
import { createDrillStore } from '../../background/store/drills.ts';
import { viewOf } from '../../background/views/session-view.ts';
import { originOf } from '../../model/origin.ts';
import type { BoundSession } from '../../model/session.ts';
import { cases, hostileValue, MANY } from '../../protocol/hostile.fixture.ts';
import { codeChallenge } from '../../protocol/oauth/pkce.ts';
import { answerOf, createWorld, METADATA, METADATA_URL, RESOURCE, tokens, type World } from '../world.fixture.ts';

const OTHER = 'https://other.example/mcp';

let before: World;
let victim: BoundSession;
let bystander: BoundSession;
beforeEach(async () => {
  before = createWorld();
  bystander = await before.bound({ resource: OTHER });
  victim = await before.bound();
});

/** The worker that starts next: it has what is stored, and nothing else. */
const nextWorker = () => createWorld(before.database);
const prove = (world: World, session: BoundSession) =>
  world.ask({
    kind: 'prove',
    token: session.handles.access,
    method: 'POST',
    url: session.id === victim.id ? RESOURCE : OTHER,
  });
const refresh = (world: World, session: BoundSession) =>
  world.post(METADATA.token_endpoint, { grant_type: 'refresh_token', refresh_token: session.handles.refresh ?? '' });
const stateOf = async (world: World) => (await world.ports.sessions.get(victim.id))?.state;

type Stored = Record<string, unknown>;
async function rawStore(name: StoreNames<Schema>) {
  const raw = (await before.database).transaction(name, 'readwrite').store as unknown as {
    get(key: unknown): Promise<Stored>;
    put(value: unknown, key?: unknown): Promise<unknown>;
  };
  return raw;
}
async function change(name: StoreNames<Schema>, key: unknown, members: Stored): Promise<void> {
  const store = await rawStore(name);
  await store.put({ ...(await store.get(key)), ...members });
}

async function expectBystanderWell(world: World): Promise<void> {
  const views = await Promise.all(
    (await world.ports.sessions.list()).map(async (one) => viewOf(one, await world.ports.usage.get(one.id))),
  );
  for (const view of views) {
    expect(originOf(view.agent)).toBe(view.agent);
    if (view.expiresAt !== undefined) expect(() => new Date(view.expiresAt ?? 0).toISOString()).not.toThrow();
    if (view.last) expect(() => new Date(view.last?.at ?? Number.NaN).toISOString()).not.toThrow();
    if (view.resource !== undefined) expect(URL.canParse(view.resource)).toBe(true);
  }
  expect(views.find(({ id }) => id === bystander.id)?.state).toBe('bound');
  expect((await prove(world, bystander)).kind).toBe('proof');
  world.replies.push(tokens());
  expect(answerOf(await refresh(world, bystander)).status).toBe(200);
}

describe('a damaged record', () => {
  test.each([
    ['binding', 'damaged'],
    ['scopes', 'damaged'],
    ['handles', 'damaged'],
    ['state', 'damaged'],
  ])('of a session (no %s): it shows as %s, its handle is dead, and the others go on', async (member, state) => {
    await change('sessions', victim.id, { [member]: 17 });
    const world = nextWorker();
    expect(await prove(world, victim)).toEqual({ kind: 'pass' });
    expect(await stateOf(world)).toBe(state);
    await expectBystanderWell(world);
  });

  test('of a session that does not even say whose it was is left out, and that is said', async () => {
    await change('sessions', victim.id, { agent: 'nonsense' });
    const world = nextWorker();
    expect((await world.ports.sessions.list()).map(({ id }) => id)).toEqual([bystander.id]);
    await expectBystanderWell(world);
  });

  test('of tokens: the session shows as key lost, and the others go on', async () => {
    await change('tokens', victim.id, { sealed: new ArrayBuffer(40) });
    const world = nextWorker();
    expect(await prove(world, victim)).toEqual({ kind: 'pass' });
    expect(await stateOf(world)).toBe('keyLost');
    expect(world.activity).toContainEqual(expect.objectContaining({ kind: 'keyLost', session: victim.id }));
    await expectBystanderWell(world);
  });

  test('of another session’s tokens in their place is not taken for them', async () => {
    const store = await rawStore('tokens');
    const theirs = await store.get(bystander.id);
    await store.put({ ...theirs, session: victim.id });
    const world = nextWorker();
    expect(await prove(world, victim)).toEqual({ kind: 'pass' });
    expect(await stateOf(world)).toBe('keyLost');
  });

  test.each([
    ['no private key', { privateKey: {} }],
    ['another algorithm', { algorithm: 'HS256' }],
    ['no public key', { publicJwk: null }],
  ])('of a key (%s): the session shows as key lost, also when it is refreshed', async (_, members) => {
    await change('keys', victim.binding.thumbprint, members);
    const world = nextWorker();
    expect(answerOf(await refresh(world, victim))).toMatchObject({ status: 400, error: 'invalid_grant' });
    expect(await stateOf(world)).toBe('keyLost');
    await expectBystanderWell(world);
  });

  test('of a key: another session’s key in its place signs nothing', async () => {
    const { privateKey, publicJwk } = await (await rawStore('keys')).get(bystander.binding.thumbprint);
    await change('keys', victim.binding.thumbprint, { privateKey, publicJwk });
    const world = nextWorker();
    expect(await prove(world, victim)).toEqual({ kind: 'pass' });
    expect(await stateOf(world)).toBe('keyLost');
  });

  test('of the key that seals tokens: every session asks to sign in again, and the next sign-in is sealed', async () => {
    await (await rawStore('vault')).put({}, 'wrapping');
    const world = nextWorker();
    expect(await prove(world, victim)).toEqual({ kind: 'pass' });
    expect(await stateOf(world)).toBe('keyLost');
    const again = await world.bound();
    expect(await createWorld(before.database).ports.sessions.tokens(again.id)).toMatchObject({
      accessToken: 'real-access',
    });
  });

  test('of an authorization server: it is asked again, and its sessions go on', async () => {
    await change('knownServers', [victim.agent, METADATA.issuer], { tokenEndpoint: 5 });
    const world = nextWorker();
    await expectBystanderWell(world);
    world.replies.push({ body: '' }, { body: '' });
    expect(await world.holdfast.revoke(victim.id)).toMatchObject({ confirmed: true });
    expect(await world.ports.servers.get(victim.agent, METADATA.issuer)).toMatchObject({
      tokenEndpoint: METADATA.token_endpoint,
    });
  });

  test('of an authorization server: a page that comes, or discovers it, is armed all the same', async () => {
    await change('knownServers', [victim.agent, METADATA.issuer], { dpopSigningAlgorithms: null });
    const arrived = nextWorker();
    await arrived.holdfast.arrived(victim.agent);
    await change('knownServers', [victim.agent, METADATA.issuer], { dpopSigningAlgorithms: null });
    const discovering = nextWorker();
    await discovering.ask({ kind: 'discover', url: METADATA_URL, dpop: true });
    expect(discovering.named).toHaveLength(1);
    expect(discovering.activity).toEqual([]);
  });

  test('of what is armed: the next sign-in has a new key', async () => {
    await change('armed', [victim.agent, METADATA.issuer], { thumbprint: null });
    const world = nextWorker();
    await world.ask({ kind: 'discover', url: METADATA_URL, dpop: true });
    expect(world.named.at(-1)?.thumbprint).toMatch(/^[\w-]{43}$/);
    expect((await world.bound()).state).toBe('bound');
  });

  test('of a sign-in that is under way: it is as good as not seen, and the server decides', async () => {
    await before.authorize(await codeChallenge('verifier'));
    await change('authorizations', await codeChallenge('verifier'), { thumbprint: 17 });
    const world = nextWorker();
    world.replies.push(tokens());
    const form = { grant_type: 'authorization_code', code: 'c', code_verifier: 'verifier', resource: RESOURCE };
    expect(answerOf(await world.post(METADATA.token_endpoint, form)).status).toBe(200);
    await expectBystanderWell(world);
  });

  test.each([
    ['notEnforced', { kind: 'notEnforced' }],
    ['broken', { kind: 'broken' }],
    ['unclear', { kind: 'unclear', reason: 'unheard of' }],
    ['enforced', { kind: 'enforced', refused: '17' }],
    ['unknown', { kind: 'unknown' }],
  ])('of a drill (%s): it is as good as not run, which is said once, and the others stay', async (_, verdict) => {
    const report = { session: victim.id, resource: RESOURCE, at: 1, lines: [] };
    const good = { ...report, session: bystander.id, verdict: { kind: 'enforced' as const, refused: 3 } };
    await before.ports.drills.save(good);
    await (await rawStore('drills')).put({ ...report, verdict });
    const damaged = vi.fn();
    for (let worker = 1; worker <= 2; worker += 1) {
      const drills = createDrillStore(before.database, () => undefined, damaged);
      expect(await drills.get(victim.id)).toBeUndefined();
      expect(await drills.get(bystander.id)).toEqual(good);
    }
    expect(damaged).toHaveBeenCalledOnce();
  });

  test('of a session that was never bound: a reason that nobody knows shows as damaged', async () => {
    await before.ask({ kind: 'exposed', url: METADATA.token_endpoint, body: 'client_id=plain' });
    const exposed = (await before.ports.sessions.list()).find(({ state }) => state === 'exposed');
    await change('sessions', exposed?.id, { reason: 'unheard of' });
    expect(await nextWorker().ports.sessions.get(exposed?.id ?? victim.id)).toMatchObject({ state: 'damaged' });
  });

  test('of a time that no calendar has: it is none', async () => {
    await change('sessions', victim.id, { expiresAt: 1e300 });
    expect(await stateOf(nextWorker())).toBe('damaged');
  });

  test('of counts: they begin anew', async () => {
    const store = await rawStore('usage');
    await store.put({ session: victim.id, proofs: 'many', last: { at: 'noon' } });
    expect(await nextWorker().ports.usage.get(victim.id)).toEqual({ proofs: 0, recent: [] });
  });
});

test('whatever stands in a session’s records, the other session works and can be shown', MANY, async () => {
  const records: [StoreNames<Schema>, unknown][] = [
    ['sessions', victim.id],
    ['tokens', victim.id],
    ['keys', victim.binding.thumbprint],
    ['usage', victim.id],
    ['knownServers', [victim.agent, METADATA.issuer]],
    ['armed', [victim.agent, METADATA.issuer]],
  ];
  await (await rawStore('usage')).put({ session: victim.id, proofs: 1, last: { at: 1, status: 200 } });
  const states = new Set<unknown>();
  const good = new Map<StoreNames<Schema>, Stored>();
  for (const [name, key] of records) good.set(name, await (await rawStore(name)).get(key));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...records),
      fc.dictionary(fc.string({ maxLength: 3 }), hostileValue(), { maxKeys: 1, noNullPrototype: true }),
      fc.infiniteStream(fc.option(hostileValue(), { nil: undefined, freq: 3 })),
      fc.array(fc.nat(20), { minLength: 1, maxLength: 3 }),
      async ([name], more, values, places) => {
        for (const [store, whole] of good) await (await rawStore(store)).put(whole);
        const record = good.get(name) ?? {};
        const members = Object.keys(record).filter(
          (member) => !['id', 'session', 'thumbprint', 'issuer', 'agent'].includes(member),
        );
        const changed = places.map((place) => [members[place % members.length], values.next().value]);
        await (await rawStore(name)).put({ ...record, ...more, ...Object.fromEntries(changed) });

        const world = nextWorker();
        await expectBystanderWell(world);
        const reply = await prove(world, victim);
        expect(['proof', 'pass', 'relabel', 'answer']).toContain(reply.kind);
        states.add(await stateOf(world));
        expect(world.activity.filter(({ code }) => code?.startsWith('storage_'))).toEqual([]);
      },
    ),
    cases(400),
  );
  expect(states).toEqual(new Set(['bound', 'damaged', 'keyLost']));
});
