import { beforeEach, describe, expect, test } from 'vitest';
import type { PageReply } from '../../messages/page.ts';
import { anAccessToken, anOrigin } from '../../model/brands.fixture.ts';
import { MOST_FURTHER } from '../../model/quotas.ts';
import type { BoundSession } from '../../model/session.ts';
import { AGENT, answerOf, createWorld, ISSUER, METADATA_URL, RESOURCE, type World } from '../world.fixture.ts';

const ORIGIN = 'https://mcp.example';
const FILES = `${ORIGIN}/files`;

let world: World;
let session: BoundSession;
beforeEach(async () => {
  world = createWorld();
  session = await world.bound();
});

const prove = (url: string, who = world.caller(), of = session): Promise<PageReply> =>
  world.ask({ kind: 'prove', token: of.handles.access, method: 'GET', url }, who);
const statusOf = async (url: string) => answerOf(await prove(url)).status;
const asked = () => world.further.asked.map((question) => question.split(' ')[1]);
const further = async () => ((await world.ports.sessions.get(session.id)) as BoundSession).further;
const kinds = () => world.activity.map(({ kind }) => kind);

describe('a request to another path of its server', () => {
  test('is asked about once; the yes is kept with the session, for the path and what is below it', async () => {
    world.further.answer = () => true;
    expect((await prove(`${FILES}?page=1`)).kind).toBe('proof');
    expect((await prove(`${FILES}/one`)).kind).toBe('proof');
    expect(asked()).toEqual([FILES]);
    expect(await further()).toEqual([FILES]);
    expect(world.presented.at(-1)).toMatchObject({ url: `${FILES}/one` });
    expect(world.activity).toContainEqual(expect.objectContaining({ kind: 'widened', server: ORIGIN }));
    world.further.answer = () => false;
    expect(await statusOf(`${ORIGIN}/files-other`)).toBe(403);
    // The next worker knows it.
    const next = createWorld(world.database);
    const { access: token } = session.handles;
    expect((await next.ask({ kind: 'prove', token, method: 'GET', url: `${FILES}/two` })).kind).toBe('proof');
    expect(next.further.asked).toEqual([]);
  });

  test('is denied without a yes, and does not leave', async () => {
    expect(answerOf(await prove(FILES))).toMatchObject({ status: 403, error: 'access_denied' });
    expect(world.presented).toEqual([]);
    expect(await further()).toBeUndefined();
    expect(kinds()).not.toContain('widened');
  });

  test.each([
    [`${ORIGIN}/files/`, FILES],
    [`${ORIGIN}/`, `${ORIGIN}/`],
    [ORIGIN, `${ORIGIN}/`],
    [`${ORIGIN}/a/../files/./x`, `${FILES}/x`],
    [`${ORIGIN}/a/%2e%2e/files`, FILES],
    [`${ORIGIN}/書類`, `${ORIGIN}/%E6%9B%B8%E9%A1%9E`],
    [`${ORIGIN}/\u202egpj`, `${ORIGIN}/%E2%80%AEgpj`],
  ])('is asked about as the network will see it: %s', async (url, address) => {
    await prove(url);
    expect(asked()).toEqual([address]);
  });

  test.each([
    ['another origin', 'https://evil.example/files'],
    ['another port', 'https://mcp.example:8443/files'],
    ['another scheme', 'http://mcp.example/files'],
    ['a host below', 'https://files.mcp.example/files'],
    ['a pattern', `${ORIGIN}/f*s`],
    ['an encoded slash', `${ORIGIN}/files%2fadmin`],
    ['an encoded backslash', `${ORIGIN}/files%5Cadmin`],
    ['encoded dots', `${ORIGIN}/files/%2e%2e%2fadmin`],
    ['dots that are encoded twice', `${ORIGIN}/files/%252e%252e/admin`],
    ['a letter that needs no code', `${ORIGIN}/%66iles`],
    ['an empty segment', `${ORIGIN}//files`],
    ['dots that a semicolon hides', `${ORIGIN}/files/..;/admin`],
    ['a zero', `${ORIGIN}/files%00`],
    ['a code that is none', `${ORIGIN}/files%zz`],
    ['what nobody reads to its end', `${ORIGIN}/${'a'.repeat(300)}`],
  ])('is not even asked about for %s', async (_, url) => {
    world.further.answer = () => true;
    expect(await statusOf(url)).toBe(403);
    expect(world.further.asked).toEqual([]);
    expect(world.presented).toEqual([]);
  });

  test.each(['files/..%2fadmin', 'files/%2e%2e%5cadmin', 'files//..%2f..', 'files/..;/admin', 'files/%252e%252e/x'])(
    'does not leave what was allowed by %s',
    async (path) => {
      world.further.answer = () => true;
      await prove(FILES);
      expect(await statusOf(`${ORIGIN}/${path}`)).toBe(403);
      expect(asked()).toEqual([FILES]);
    },
  );

  test('asks for the whole server by its root; then no other path is asked about', async () => {
    world.further.answer = () => true;
    await prove(FILES);
    expect((await prove(`${ORIGIN}/`)).kind).toBe('proof');
    expect((await prove(`${ORIGIN}/anything`)).kind).toBe('proof');
    expect(await further()).toEqual([`${ORIGIN}/`]);
  });

  test('is asked about up to a bound', async () => {
    world.further.answer = () => true;
    for (let index = 0; index < 20; index += 1) await prove(`${ORIGIN}/${index}`);
    expect(asked()).toHaveLength(MOST_FURTHER);
    expect(await further()).toHaveLength(MOST_FURTHER);
    expect(await statusOf(`${ORIGIN}/more`)).toBe(403);
  });

  test('of another agent, with this one’s handle, asks nobody anything', async () => {
    const other = world.caller(anOrigin('https://evil.example'));
    expect((await prove(FILES, other)).kind).toBe('pass');
    expect(world.further.asked).toEqual([]);
  });

  test('is for one session: another of the same agent asks anew', async () => {
    world.further.answer = () => true;
    await prove(FILES);
    const second = await world.bound({ access_token: 'another' });
    world.further.answer = () => false;
    expect(answerOf(await prove(FILES, world.caller(), second)).status).toBe(403);
    expect(asked()).toEqual([FILES, FILES]);
  });

  test('that was refused already asks nobody anything', async () => {
    const { access: token } = session.handles;
    await world.ask({ kind: 'prove', token, method: 'GET', url: FILES, refused: { jti: 'x' } });
    expect(world.further.asked).toEqual([]);
  });

  test('with a given key asks nothing: the person has said where that goes', async () => {
    const key = { agent: AGENT, server: RESOURCE, header: 'Authorization', scheme: 'Bearer', name: '' };
    const token = await world.holdfast.givenKeys.keep({ ...key, secret: anAccessToken('sk-live') });
    expect(answerOf(await world.ask({ kind: 'prove', token, method: 'GET', url: FILES })).status).toBe(403);
    expect(world.further.asked).toEqual([]);
  });

  test('asks nothing where the policy or the person does not allow the server', async () => {
    world.policy.servers = [anOrigin('https://as.example')];
    expect(await statusOf(FILES)).toBe(403);
    world.policy.servers = undefined;
    world.declines.add(ORIGIN);
    expect(await statusOf(FILES)).toBe(403);
    expect(world.further.asked).toEqual([]);
  });

  test('changes nothing of a session that has ended before the answer', async () => {
    let answer = (_: boolean): void => undefined;
    world.further.answer = () => new Promise((resolve) => (answer = resolve));
    const reply = prove(FILES);
    await expect.poll(asked).toEqual([FILES]);
    world.replies.push({ body: '' }, { body: '' });
    await world.holdfast.revoke(session.id);
    answer(true);
    expect((await reply).kind).toBe('pass');
    expect(world.presented).toEqual([]);
    expect(await world.ports.sessions.get(session.id)).not.toHaveProperty('further');
    expect(kinds()).not.toContain('widened');
  });
});

describe('the authorization server at the same origin', () => {
  beforeEach(async () => {
    session = await world.bound({ resource: `${ISSUER}/mcp` });
    world.further.answer = () => true;
  });

  test.each(['token', 'token/', 'revoke', 'introspect', 'par', 'authorize'])(
    'is not asked about at /%s',
    async (path) => {
      expect(await statusOf(`${ISSUER}/${path}`)).toBe(403);
      expect(world.further.asked).toEqual([]);
    },
  );

  test('gets no token where the whole origin was allowed', async () => {
    expect((await prove(`${ISSUER}/`)).kind).toBe('proof');
    expect((await prove(`${ISSUER}/files`)).kind).toBe('proof');
    const before = world.presented.length;
    for (const path of ['token', 'token/', 'revoke', 'introspect', 'par', '%74oken', '/token', 'x/..%2ftoken']) {
      expect(await statusOf(`${ISSUER}/${path}`)).toBe(403);
    }
    expect(world.presented).toHaveLength(before);
  });

  test('whose endpoints are not known any more is not asked about anywhere', async () => {
    await world.ports.servers.remove(session.agent, ISSUER);
    world.documents.delete(METADATA_URL);
    expect(await statusOf(`${ISSUER}/files`)).toBe(403);
    expect(world.further.asked).toEqual([]);
  });
});

describe('an address that is taken back', () => {
  beforeEach(async () => {
    world.further.answer = () => true;
    for (const path of ['files', 'search']) await prove(`${ORIGIN}/${path}`);
    world.further.answer = () => false;
  });

  test('is reached no more, and its token and the proofs that were made ahead go at once', async () => {
    expect(await world.holdfast.takeBack(session.id, FILES)).toBe('done');
    expect(world.withdrawn).toEqual(['real-access']);
    expect(await further()).toEqual([`${ORIGIN}/search`]);
    expect(await statusOf(`${FILES}/one`)).toBe(403);
    expect((await prove(`${ORIGIN}/search`)).kind).toBe('proof');
    expect(world.activity).toContainEqual(expect.objectContaining({ kind: 'narrowed', session: session.id }));
    await world.holdfast.takeBack(session.id, `${ORIGIN}/search`);
    expect(await further()).toBeUndefined();
  });

  test('changes nothing where it was none of the session’s', async () => {
    expect(await world.holdfast.takeBack(session.id, `${ORIGIN}/other`)).toBe('done');
    expect(await further()).toHaveLength(2);
    expect(kinds()).not.toContain('narrowed');
  });
});
