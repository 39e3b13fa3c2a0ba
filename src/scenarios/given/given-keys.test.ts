import { beforeEach, describe, expect, test } from 'vitest';
import type { PageReply } from '../../messages/page.ts';
import { anAccessToken, anOrigin, aResource } from '../../model/brands.fixture.ts';
import { type GivenHandle, isGivenHandle } from '../../model/handle.ts';
import { MOST_GIVEN, MOST_SESSIONS } from '../../model/quotas.ts';
import { type GivenSession, newSessionId } from '../../model/session.ts';
import { makeRoom } from '../../sessions/lifecycle/session-quota.ts';
import { AGENT, createWorld, leaving, METADATA, RESOURCE, type World } from '../world.fixture.ts';

const SECRET = anAccessToken('sk-live-real');
const OTHER_AGENT = anOrigin('https://other-agent.example');
const PASSKEY = { credentialId: bytes(16), salt: bytes(32), secret: bytes(32) };
const FORBIDDEN = { kind: 'answer', status: 403 };

let world: World;
beforeEach(() => {
  world = createWorld();
});

function bytes(size: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(size));
}

const keys = () => world.holdfast.givenKeys;
const keep = (more: Partial<Parameters<World['holdfast']['givenKeys']['keep']>[0]> = {}) =>
  keys().keep({
    agent: AGENT,
    server: RESOURCE,
    header: 'Authorization',
    scheme: 'Bearer',
    name: '',
    secret: SECRET,
    ...more,
  });
async function kept(more: Parameters<typeof keep>[0] = {}): Promise<GivenHandle> {
  const handle = await keep(more);
  if (!isGivenHandle(handle)) throw new Error(handle);
  return handle;
}
async function sessionOf(handle: GivenHandle): Promise<GivenSession> {
  const session = await world.ports.sessions.byHandle(handle);
  if (session?.state !== 'given') throw new Error('no key is kept');
  return session;
}
const prove = (
  token: string,
  { url = RESOURCE as string, header = 'authorization', agent = AGENT, method = 'POST' } = {},
) => world.ask({ kind: 'prove', token, method, url, header }, world.caller(agent));
const jtiIn = (reply: PageReply): string => {
  if (reply.kind !== 'proof') throw new Error(`the page got ${reply.kind}`);
  return reply.jti;
};
const denied = () => world.activity.flatMap((line) => (line.kind === 'denied' ? [line.code] : []));

describe('a kept key', () => {
  test('is presented in its header, without a proof, to its server and path', async () => {
    const handle = await kept();
    expect(await prove(handle, { url: `${RESOURCE}/messages?x=1` })).toMatchObject({ kind: 'proof', proof: '' });
    expect(world.presented).toMatchObject([
      { tab: 1, url: `${RESOURCE}/messages?x=1`, header: 'authorization', scheme: 'Bearer', accessToken: SECRET },
    ]);
  });

  test.each([
    ['X-API-Key', '', SECRET],
    ['X-API-Key', 'Token', `Token ${SECRET}`],
    ['Authorization', 'Basic', `Basic ${SECRET}`],
  ])(
    'in %s, after “%s”, is counted when it has left, and shown when it was answered',
    async (header, scheme, value) => {
      const handle = await kept({ header, scheme });
      const field = header.toLowerCase();
      jtiIn(await prove(handle, { header: field }));
      const { proofLog } = world.holdfast;
      expect(proofLog.sentAsBearer(leaving(`${value}x`, field))).toBeUndefined();
      expect(
        proofLog.sentAsBearer(leaving(value, field === 'authorization' ? 'x-api-key' : 'authorization')),
      ).toBeUndefined();
      const jti = proofLog.sentAsBearer(leaving(value, field)) ?? '';
      await proofLog.answered(jti, 200, () => null);
      const { id } = await sessionOf(handle);
      await expect.poll(async () => (await world.ports.usage.get(id)).last?.status).toBe(200);
      expect(world.activity.map(({ kind }) => kind)).toEqual(['given', 'presented']);
      await expect.poll(() => world.cleared).toEqual([`1 ${RESOURCE}`]);
    },
  );

  test('goes nowhere else: not beside its path, to another server, in another header, or over the network in the clear', async () => {
    const handle = await kept();
    const { origin } = new URL(RESOURCE);
    for (const url of [`${origin}/`, `${RESOURCE}x`, 'https://evil.example/mcp', RESOURCE.replace('https', 'http')]) {
      expect(await prove(handle, { url }), url).toMatchObject(FORBIDDEN);
    }
    expect(await prove(handle, { header: 'x-api-key' })).toMatchObject(FORBIDDEN);
    expect(denied()).toEqual([...Array.from({ length: 4 }, () => 'outside_resource'), 'other_header']);
    expect(world.presented).toEqual([]);
    expect(world.listened).toEqual([]); // its server is not asked for further addresses either
  });

  test('does not follow where its server sends its clients', async () => {
    const handle = await kept();
    const jti = jtiIn(await prove(handle));
    world.holdfast.proofLog.sentAsBearer(leaving(`Bearer ${SECRET}`));
    const to = new URL('/elsewhere', RESOURCE).href;
    await world.holdfast.proofLog.answered(jti, 307, (name) => (name === 'Location' ? to : null));
    expect(await prove(handle, { url: to })).toMatchObject(FORBIDDEN);
  });

  test('means nothing in the page of another agent', async () => {
    const handle = await kept();
    expect(await prove(handle, { agent: OTHER_AGENT })).toEqual({ kind: 'pass' });
    expect(denied()).toEqual(['unknown_handle']);
    expect(world.presented).toEqual([]);
  });

  test('is used only as long as the person and the policy allow the server', async () => {
    const handle = await kept();
    world.declines.add(new URL(RESOURCE).origin);
    expect(await prove(handle)).toMatchObject(FORBIDDEN);
    world.declines.clear();
    world.policy.servers = [];
    expect(await prove(handle)).toMatchObject(FORBIDDEN);
    expect(world.presented).toEqual([]);
  });

  test('is sealed like a token, and is in no record, line or view', async () => {
    const handle = await kept({ name: 'Mine' });
    const stored = await (await world.database).getAll('sessions');
    expect(JSON.stringify([stored, world.activity])).not.toContain(SECRET);
    expect(await (await world.database).count('tokens')).toBe(1);
    expect(JSON.stringify(world.activity)).not.toContain(handle);
  });

  test('waits for a locked vault, and is used when that is unlocked', async () => {
    const handle = await kept();
    await world.lock.turnOn(PASSKEY);
    await world.lock.lock();
    const reply = prove(handle);
    await expect.poll(() => world.asked).toEqual([AGENT]);
    expect(world.presented).toEqual([]);
    await world.lock.unlock(PASSKEY.secret);
    expect((await reply).kind).toBe('proof');
  });

  test('that is gone with a lost passkey says so, by its name', async () => {
    const handle = await kept({ name: 'Mine' });
    const { id } = await sessionOf(handle);
    await world.lock.turnOn(PASSKEY);
    await world.lock.giveUp(world.holdfast.giveUp);
    expect(await world.ports.sessions.get(id)).toMatchObject({ state: 'expired', name: 'Mine' });
    expect(await prove(handle)).toEqual({ kind: 'pass' });
  });
});

describe('the person', () => {
  test('puts another key in the place of one, and its handle stays; the same key for another server is not touched', async () => {
    const other = await kept({ server: aResource('https://other.example/mcp') });
    const handle = await kept();
    const { id } = await sessionOf(handle);
    expect(await keys().replace(id, anAccessToken('sk-next'))).toBe('done');
    expect(world.withdrawn).toEqual([SECRET]);
    await prove(handle);
    await prove(other, { url: 'https://other.example/mcp' });
    expect(world.presented).toMatchObject([
      { url: RESOURCE, accessToken: 'sk-next' },
      { url: 'https://other.example/mcp', accessToken: SECRET },
    ]);
    expect(world.renewals).toEqual([]); // wherever the old one stood, for the other server as well
    expect(world.ports.sessions.replaced(id)).toBeUndefined();
  });

  test('gives it another name without its secret', async () => {
    const { id } = await sessionOf(await kept());
    await world.lock.turnOn(PASSKEY);
    await world.lock.lock();
    expect(await world.holdfast.rename(id, 'Mine')).toBe('done');
    expect(await world.ports.sessions.get(id)).toMatchObject({ name: 'Mine' });
  });

  test('deletes it: nothing of it is left, and its server is told nothing', async () => {
    const handle = await kept();
    const { id } = await sessionOf(handle);
    await world.holdfast.revoke(id);
    expect(await world.ports.sessions.list()).toEqual([]);
    expect(await (await world.database).count('tokens')).toBe(0);
    expect(world.withdrawn).toEqual([SECRET]);
    expect(world.posted).toEqual([]);
    expect(world.activity.map(({ kind }) => kind)).toEqual(['given', 'deleted']);
    expect(await prove(handle)).toEqual({ kind: 'pass' });
  });

  test('gets its handle again, and that of nothing else', async () => {
    const handle = await kept();
    expect(await keys().handleOf((await sessionOf(handle)).id)).toBe(handle);
    const { id } = await world.bound();
    expect(await keys().handleOf(id)).toBe('over');
    expect(await keys().replace(id, SECRET)).toBe('over');
  });
});

describe('no key is kept', () => {
  test('while the vault stays locked', async () => {
    await world.lock.turnOn(PASSKEY);
    await world.lock.lock();
    const keeping = keep();
    await expect.poll(() => world.asked).toEqual([AGENT]);
    world.question.stayLocked(AGENT);
    expect(await keeping).toBe('locked');
    expect(await world.ports.sessions.list()).toEqual([]);
  });

  test('for a server that the person, or the policy, does not allow to the agent', async () => {
    world.declines.add(new URL(RESOURCE).origin);
    expect(await keep()).toBe('not_allowed');
    world.declines.clear();
    world.policy.servers = [];
    expect(await keep()).toBe('not_allowed');
    delete world.policy.servers;
    world.policy.bearer = 'refuse';
    expect(await keep()).toBe('not_allowed');
  });

  test('above the maximum of the agent, however many come at once', async () => {
    const all = await Promise.all(Array.from({ length: MOST_GIVEN + 3 }, () => keep()));
    expect(all.filter((outcome) => outcome === 'too_many')).toHaveLength(3);
    expect(isGivenHandle(await keep({ agent: OTHER_AGENT }))).toBe(true);
  });
});

test('an agent that fills its list of sessions does not drive out what a person gave', async () => {
  const handle = await kept();
  const ended = { agent: AGENT, scopes: [], issuedAt: world.ports.now(), endedAt: world.ports.now() };
  for (let index = 0; index <= MOST_SESSIONS; index += 1) {
    await world.ports.sessions.save({ ...ended, id: newSessionId(() => `${index}`), state: 'expired' });
  }
  await makeRoom(world.ports, AGENT, world.holdfast.revoke);
  expect(await world.ports.sessions.list()).toHaveLength(MOST_SESSIONS + 1);
  await sessionOf(handle);
});

describe('a key that was typed into a page', () => {
  const typed = (url: string = RESOURCE, agent = AGENT) => world.ask({ kind: 'typed', url }, world.caller(agent));
  const exposed = async () =>
    (await world.ports.sessions.list()).flatMap((one) => (one.state === 'exposed' ? [[one.resource, one.reason]] : []));

  test('is shown as what it is, once, until the person gives it to Holdfast', async () => {
    for (let index = 0; index < 3; index += 1) await typed(`${RESOURCE}?${index}`);
    expect(await exposed()).toEqual([[RESOURCE, 'typed']]);
    await kept({ server: aResource(new URL('/', RESOURCE).href) });
    expect(await exposed()).toEqual([]);
    await typed();
    expect(await exposed()).toEqual([[RESOURCE, 'typed']]);
  });

  test('is not, where a sign-in has brought a token for the same server', async () => {
    await world.bound();
    await typed();
    expect(await exposed()).toEqual([]);
    await world.holdfast.unproved(AGENT, RESOURCE, 'Bearer');
    expect(await exposed()).toEqual([[RESOURCE, 'not_ours']]);
  });

  test('is no more what it was taken for, once the page refreshes it as a token', async () => {
    await typed();
    const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'me', resource: RESOURCE }).toString();
    await world.ask({ kind: 'exposed', url: METADATA.token_endpoint, body });
    expect(await exposed()).toEqual([[RESOURCE, 'not_ours']]);
  });

  test('is noticed beside a given key, too', async () => {
    await kept();
    await world.holdfast.unproved(AGENT, RESOURCE, 'Bearer');
    expect(await exposed()).toEqual([[RESOURCE, 'typed']]);
  });
});

test('a key whose session was to end when it leaves unasked is deleted, and the session says why', async () => {
  const handle = await kept({ name: 'work' });
  const { id } = await sessionOf(handle);
  await world.holdfast.endUnasked(id, true);
  await prove(handle);
  world.holdfast.proofLog.leftUnasked({ ...leaving(`Bearer ${SECRET}`), method: 'GET' });
  const now = () => world.ports.sessions.get(id);
  await expect.poll(now).toMatchObject({ state: 'revoked', because: 'unasked', name: 'work' });
  expect(world.withdrawn).toEqual([SECRET]);
  expect(await prove(handle)).toEqual({ kind: 'pass' });
});
