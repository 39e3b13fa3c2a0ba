import { encode } from 'jose/base64url';
import { beforeEach, describe, expect, test } from 'vitest';
import { anAccessToken, aRefreshToken } from '../../model/brands.fixture.ts';
import type { BoundSession } from '../../model/session.ts';
import { conceal } from '../../sessions/tokens/conceal.ts';
import { answerOf, createWorld, METADATA, tokens, type World } from '../world.fixture.ts';

let world: World;
let session: BoundSession;
beforeEach(async () => {
  world = createWorld();
  session = await world.bound();
});

const refresh = () =>
  world.post(METADATA.token_endpoint, {
    grant_type: 'refresh_token',
    refresh_token: session.handles.refresh ?? '',
    client_id: 'me',
  });

describe('a server that repeats a token in its answer', () => {
  test('in an error: the page reads its handle there', async () => {
    world.replies.push({ status: 400, body: { error: 'invalid_request', error_description: 'bad real-refresh' } });
    expect(answerOf(await refresh())).toMatchObject({ error_description: `bad ${session.handles.refresh}` });
  });

  test('in an introspection response, escaped or not: the page reads its handle there', async () => {
    await world.ports.sessions.save(session, {
      accessToken: anAccessToken('real/access'),
      refreshToken: aRefreshToken('real-refresh'),
    });
    world.replies.push({
      body: '{"active":true,"token":"real\\/access","list":[{"real/access":"\\u0072eal-refresh"}]}',
    });
    const form = { token: session.handles.access };
    const answer = answerOf(await world.post(METADATA.introspection_endpoint, form));
    expect(answer).toMatchObject({
      active: true,
      token: session.handles.access,
      list: [{ [session.handles.access]: session.handles.refresh }],
    });
  });

  test('in the members of a new token response: the page reads its handle there', async () => {
    world.replies.push(
      tokens({
        access_token: 'real-new',
        scope: 'a real-access',
        authorization_details: [{ old: 'real-access', new: 'real-new' }],
        sub: 'ada',
        workspace: { name: 'Notes', links: ['https://as.example/?token=real-new'] },
      }),
    );
    const answer = await refresh();
    expect(JSON.stringify(answer)).not.toContain('real-');
    expect(answerOf(answer)).toMatchObject({ sub: 'ada', workspace: { name: 'Notes' }, token_type: 'Bearer' });
    expect(answerOf(answer).scope).toBe(`a ${session.handles.access}`);
    expect(answerOf(answer).authorization_details).toEqual([
      { old: session.handles.access, new: session.handles.access },
    ]);
  });

  test('and one token that begins like the other: both read as their own handles', async () => {
    await world.ports.sessions.save(session, {
      accessToken: anAccessToken('real-token'),
      refreshToken: aRefreshToken('real-token-refresh'),
    });
    world.replies.push({ status: 400, body: { error: 'invalid_request', error_description: 'real-token-refresh' } });
    expect(answerOf(await refresh()).error_description).toBe(session.handles.refresh);
  });

  test('in a text that is no JSON: the page reads nothing of it', async () => {
    world.replies.push({ body: 'token=real-access', headers: { 'Content-Type': 'text/plain' } });
    const ask = () => world.post(METADATA.introspection_endpoint, { token: session.handles.access });
    expect(await ask()).toMatchObject({ status: 200, body: '' });
    world.replies.push({ status: 500, body: '<h1>token=real-access</h1>' });
    expect(answerOf(await ask())).toMatchObject({ error: 'server_error' });
  });

  test.each([
    ['percent-encoded', encodeURIComponent],
    ['escaped for HTML', (token: string) => token.replace('&', '&amp;')],
    ['in base64', btoa],
    ['in base64 amid a form', (token: string) => btoa(`a=b&token=${token}&client_id=me`)],
    ['in base64url amid a form', (token: string) => encode(`token=${token}&client_id=me`)],
  ])('%s: the page does not read it', async (_, written) => {
    const [accessToken, refreshToken] = [anAccessToken('real/access+token'), aRefreshToken('real&refresh/token=')];
    await world.ports.sessions.save(session, { accessToken, refreshToken });
    for (const token of [accessToken, refreshToken]) {
      const echo = `you sent ${written(token)}`;
      world.replies.push({ status: 400, body: { error: 'invalid_request', error_description: echo } });
      const { error_description } = answerOf(await refresh());
      expect(error_description).not.toContain(token);
      expect(error_description).not.toContain(written(token));
    }
  });

  test('in the code of an error: the log does not name it', async () => {
    world.replies.push({ status: 400, body: { error: 'real-refresh' } });
    await refresh();
    expect(world.activity.at(-1)).toMatchObject({ kind: 'refused', code: 'other' });
  });

  test('nested deeper than any answer is: the rest is left out, and the tokens are kept', async () => {
    const details = `${'['.repeat(9_000)}"real-access"${']'.repeat(9_000)}`;
    world.replies.push({
      body: `{"access_token":"real-new","token_type":"DPoP","authorization_details":${details}}`,
    });
    expect(answerOf(await refresh()).status).toBe(200);
    expect((await world.ports.sessions.tokens(session.id))?.accessToken).toBe('real-new');
  });
});

describe('a text with tokens', () => {
  const HANDLE = `hf_${'x'.repeat(43)}`;
  const REFRESH = `hfr_${'y'.repeat(43)}`;

  test('a token becomes its handle, in names too; the longest is meant where one begins like another', () => {
    const tokens = new Map([
      ['real-access', HANDLE],
      ['real-access-2', REFRESH],
      ['a.c$|*tok', 'odd'],
    ]);
    expect(conceal({ one: 'is real-access.', 'real-access-2': ['real-access-2'] }, tokens)).toEqual({
      one: `is ${HANDLE}.`,
      [REFRESH]: [REFRESH],
    });
    expect(conceal('an a.c$|*tok, no abc$|*tok', tokens)).toBe('an odd, no abc$|*tok');
  });

  test('a token that any text has makes no answer longer: of a text with it, nothing is left', () => {
    const tokens = new Map([
      ['!!', HANDLE],
      ['e', REFRESH],
    ]);
    expect(conceal(['!'.repeat(500_000), 'some text', 'plain'], tokens)).toEqual(['', '', 'plain']);
  });
});
