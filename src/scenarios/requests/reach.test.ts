import { beforeEach, describe, expect, test } from 'vitest';
import type { PageReply } from '../../messages/page.ts';
import type { BoundSession } from '../../model/session.ts';
import { answerOf, createWorld, leaving, replyOf, type World } from '../world.fixture.ts';

const ORIGIN = 'https://mcp.example';
const SSE = `${ORIGIN}/sse`;

let world: World;
let session: BoundSession;
beforeEach(async () => {
  world = createWorld();
  session = await world.bound({ resource: SSE });
});

const prove = (url: string, method = 'POST'): Promise<PageReply> =>
  world.ask({ kind: 'prove', token: session.handles.access, method, url });

const names = (data: string, status = 200) => {
  world.stream.answer = () => replyOf({ status, body: `event: endpoint\ndata: ${data}\n\n` });
};

describe('a server of the HTTP+SSE transport', () => {
  test('is asked where it takes messages, with the token and a proof; that address is reached', async () => {
    names('/messages?sessionId=1');
    expect((await prove(`${ORIGIN}/messages?sessionId=2`)).kind).toBe('proof');
    expect(world.listened).toHaveLength(1);
    expect(world.listened[0]).toMatchObject({ url: SSE, headers: { authorization: 'DPoP real-access' } });
    expect((await prove(`${ORIGIN}/messages?sessionId=3`)).kind).toBe('proof');
    expect(world.listened).toHaveLength(1);
    expect(await world.ports.sessions.get(session.id)).toMatchObject({ reach: [`${ORIGIN}/messages`] });
  });

  test('that has an address of its own for each stream is reached at their folder', async () => {
    names('/messages/one');
    expect((await prove(`${ORIGIN}/messages/two`)).kind).toBe('proof');
    expect(answerOf(await prove(`${ORIGIN}/admin`)).status).toBe(403);
  });

  test('is asked once more where it wants a nonce', async () => {
    world.stream.answer = ({ DPoP }) =>
      world.listened.length === 1
        ? replyOf({ status: 401, body: '', headers: { 'DPoP-Nonce': 'n' } })
        : replyOf({ body: DPoP ? 'event: endpoint\ndata: /messages\n\n' : '' });
    expect((await prove(`${ORIGIN}/messages`)).kind).toBe('proof');
  });

  test('is asked once for requests that come together, and not again soon where it named nothing', async () => {
    const replies = await Promise.all([1, 2, 3].map((id) => prove(`${ORIGIN}/messages?id=${id}`)));
    expect(replies.map((reply) => answerOf(reply).status)).toEqual([403, 403, 403]);
    expect(answerOf(await prove(`${ORIGIN}/messages`)).status).toBe(403);
    expect(world.listened).toHaveLength(1);
    world.pass(60_001);
    names('/messages');
    expect((await prove(`${ORIGIN}/messages`)).kind).toBe('proof');
  });

  test.each([
    ['another origin', 'https://evil.example/messages', `${ORIGIN}/messages`],
    ['another folder', '/messages', `${ORIGIN}/other/messages`],
    ['the root’s neighbours', '/messages', `${ORIGIN}/admin`],
    ['a pattern', '/m*s', `${ORIGIN}/m*s`],
    ['nothing', '', `${ORIGIN}/messages`],
  ])('that names %s opens nothing', async (_, data, url) => {
    names(data);
    expect(answerOf(await prove(url)).status).toBe(403);
    expect(world.presented).toEqual([]);
  });

  test.each([
    ['another origin', 'https://evil.example/messages', 'POST'],
    ['another port', 'https://mcp.example:8443/messages', 'POST'],
    ['a request that is no message', `${ORIGIN}/messages`, 'GET'],
  ])('is not asked for %s', async (_, url, method) => {
    names('/messages');
    expect(answerOf(await prove(url, method)).status).toBe(403);
    expect(world.listened).toEqual([]);
  });
});

describe('a server that sends its clients on', () => {
  /** The network saw a request of the session leave, and this answer. */
  async function sentOn(status: number, location: string, url = SSE): Promise<void> {
    const reply = await prove(url);
    if (reply.kind !== 'proof') throw new Error(reply.kind);
    const fields = new Headers({ Location: location });
    world.holdfast.proofLog.sent(reply.jti, { ...leaving('DPoP real-access'), url });
    await world.holdfast.proofLog.answered(reply.jti, status, (name) => fields.get(name));
  }

  test.each([307, 308])('is followed on its own origin, by %s', async (status) => {
    await sentOn(status, '/api/mcp');
    expect((await prove(`${ORIGIN}/api/mcp`)).kind).toBe('proof');
    expect((await prove(`${ORIGIN}/api/mcp/more`)).kind).toBe('proof');
    expect(answerOf(await prove(`${ORIGIN}/api`)).status).toBe(403);
  });

  test.each([
    [308, 'https://evil.example/mcp'],
    [308, 'https://mcp.example:8443/mcp'],
    [308, 'http://mcp.example/mcp'],
    [302, '/api/mcp'],
    [200, '/api/mcp'],
    [308, '/a|b'],
    [308, 'http://['],
  ])('is not followed by %s to %s', async (status, location) => {
    await sentOn(status, location);
    expect((await world.ports.sessions.get(session.id)) as BoundSession).not.toHaveProperty('reach');
  });

  test('is followed to a few addresses at most', async () => {
    for (let index = 0; index < 20; index += 1) await sentOn(308, `/${index}`);
    expect(((await world.ports.sessions.get(session.id)) as BoundSession).reach).toHaveLength(8);
  });
});
