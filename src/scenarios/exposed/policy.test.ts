import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { anAccessHandle, anOrigin } from '../../model/brands.fixture.ts';
import { originOf } from '../../model/origin.ts';
import { resolvePolicy } from '../../model/policy.ts';
import type { Session } from '../../model/session.ts';
import { codeChallenge } from '../../protocol/oauth/pkce.ts';
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

describe('resolvePolicy', () => {
  it('gives the organization the last word, and leaves the rest to the person', () => {
    const chosen = { bearer: 'expose' as const, custody: false, servers: [anOrigin('https://mine.example')] };
    expect(resolvePolicy({ bearer: 'refuse' }, chosen)).toMatchObject({ ...chosen, bearer: 'refuse' });
  });

  it('keeps all tokens, bearer tokens too, where nobody decided', () => {
    expect(resolvePolicy({}, {})).toEqual({
      bearer: 'hold',
      custody: true,
      handedOver: [],
      servers: undefined,
      algorithms: undefined,
    });
  });
});

/** A code whose authorization request has named a key, as it is redeemed. */
async function authorized(world: World): Promise<Record<string, string>> {
  const verifier = 'v'.repeat(43);
  await world.authorize(await codeChallenge(verifier));
  return { ...code, code_verifier: verifier };
}

/** A session whose page holds the real tokens. */
async function inPage(world: World): Promise<Session> {
  await world.authorize('x');
  world.replies.push(tokens());
  await world.post(METADATA.token_endpoint, code);
  const [session] = await world.ports.sessions.list();
  if (!session) throw new Error('nobody is signed in');
  return session;
}

const NO_HANDLE = `hfr_${'x'.repeat(43)}`;
const refreshing = { grant_type: 'refresh_token', client_id: 'me' };
const code = { grant_type: 'authorization_code', code: 'c', client_id: 'me', resource: RESOURCE };

describe('a policy that refuses bearer tokens', () => {
  it('discards the bearer token of a server that was given a proof, gives it back, and says why', async () => {
    const world = createWorld();
    world.policy.bearer = 'refuse';
    await world.authorize('x');
    world.replies.push(tokens({ token_type: 'Bearer' }), { body: '' });
    const answer = answerOf(await world.post(METADATA.token_endpoint, code));
    expect(answer).toMatchObject({ status: 400, error: 'access_denied' });
    expect(JSON.stringify(answer)).not.toContain('real-');
    expect(world.posted.at(-1)).toMatchObject({ url: METADATA.revocation_endpoint });
    expect(world.posted.at(-1)?.form.get('token')).toBe('real-refresh');
    expect(await world.ports.sessions.list()).toMatchObject([{ state: 'refused', reason: 'bearer_answer' }]);
  });

  it('does not let a page ask a server that knows no DPoP', async () => {
    const world = createWorld();
    world.policy.bearer = 'refuse';
    await world.ask({ kind: 'discover', url: METADATA_URL, dpop: false, tokenEndpoint: METADATA.token_endpoint });
    expect(answerOf(await world.post(METADATA.token_endpoint, code))).toMatchObject({ error: 'access_denied' });
    expect(world.posted).toHaveLength(0);
    expect(await world.ports.sessions.list()).toMatchObject([{ state: 'refused', reason: 'no_dpop' }]);
  });

  it('does not let a page refresh a bearer token of its own', async () => {
    const world = createWorld();
    world.policy.bearer = 'refuse';
    const form = { grant_type: 'refresh_token', refresh_token: 'its-own', client_id: 'me' };
    expect(answerOf(await world.post(METADATA.token_endpoint, form))).toMatchObject({ error: 'access_denied' });
  });

  it.each<[string, (world: World) => Promise<Record<string, string>>]>([
    ['for a code that another endpoint of its server would redeem', async (world) => authorized(world)],
    ['with a handle that a revocation would carry', async () => ({ ...code, token: NO_HANDLE })],
    ['with an empty grant type', async () => ({ ...code, grant_type: '' })],
    [
      'with the handle of a session of another server',
      async (world) => ({ ...refreshing, refresh_token: (await world.bound()).handles.refresh ?? '' }),
    ],
  ])('lets no form go out unseen %s', async (_, formIn) => {
    for (const bearer of ['expose', 'refuse'] as const) {
      const world = createWorld();
      const form = await formIn(world);
      world.policy.bearer = bearer;
      const reply = await world.post('https://as.example/other-token', form);
      if (bearer === 'refuse') expect(['access_denied', 'invalid_grant']).toContain(answerOf(reply).error);
      else expect(reply).toEqual({ kind: 'passAndReport' });
    }
  });

  it('or no policy, a refresh handle that nothing stands behind does not go out at all', async () => {
    for (const bearer of ['expose', 'refuse'] as const) {
      const world = createWorld();
      world.policy.bearer = bearer;
      const reply = await world.post('https://as.example/token', { ...refreshing, refresh_token: NO_HANDLE });
      expect(answerOf(reply)).toMatchObject({ status: 400, error: 'invalid_grant' });
    }
  });

  it('leaves bound sessions as they are', async () => {
    const world = createWorld();
    world.policy.bearer = 'refuse';
    expect(await world.bound()).toMatchObject({ state: 'bound' });
  });
});

describe('a policy without custody', () => {
  it('leaves the real, bound tokens in the page, and keeps none of them in the clear', async () => {
    const world = createWorld();
    world.policy.custody = false;
    await world.authorize('x');
    world.replies.push(tokens());
    const answer = answerOf(await world.post(METADATA.token_endpoint, code));
    expect(answer).toMatchObject({ access_token: 'real-access', refresh_token: 'real-refresh' });
    expect(JSON.stringify(await world.ports.sessions.list())).not.toContain('real-');
  });

  it('makes proofs for the real token, and for no other', async () => {
    const world = createWorld();
    world.policy.custody = false;
    await world.authorize('x');
    world.replies.push(tokens());
    await world.post(METADATA.token_endpoint, code);
    const prove = (token: string) => world.ask({ kind: 'prove', token, method: 'POST', url: RESOURCE });
    const reply = await prove('real-access');
    expect(reply.kind).toBe('proof');
    expect(await prove('another-token')).toEqual({ kind: 'pass' });
    // The digest in a proof is public; it must not stand for the token.
    const { ath } = decodeJwt(reply.kind === 'proof' ? reply.proof : '');
    expect(await prove(`hf_${ath}`)).toEqual({ kind: 'pass' });
  });

  it('refreshes with the page’s own refresh token, and the old tokens are nobody’s then', async () => {
    const world = createWorld();
    world.policy.custody = false;
    await world.authorize('x');
    world.replies.push(tokens());
    await world.post(METADATA.token_endpoint, code);
    world.replies.push(tokens({ access_token: 'new-access', refresh_token: 'new-refresh' }));
    const form = { grant_type: 'refresh_token', refresh_token: 'real-refresh', client_id: 'me' };
    const answer = answerOf(await world.post(METADATA.token_endpoint, form));
    expect(answer).toMatchObject({ access_token: 'new-access', refresh_token: 'new-refresh' });
    const prove = (token: string) => world.ask({ kind: 'prove', token, method: 'POST', url: RESOURCE });
    expect((await prove('new-access')).kind).toBe('proof');
    expect((await prove('real-access')).kind).toBe('pass');
  });
});

describe('custody that is turned on or off while a session lives', () => {
  const prove = (world: World, token: unknown) =>
    world.ask({ kind: 'prove', token: String(token), method: 'POST', url: RESOURCE });

  /** A page is signed in, the policy changes, and a page refreshes. @param reloaded whether it was loaded since then */
  async function refreshed(custody: boolean, reloaded: boolean) {
    const world = createWorld();
    world.policy.custody = !custody;
    await world.authorize('x');
    world.replies.push(tokens());
    const before = answerOf(await world.post(METADATA.token_endpoint, code));
    world.policy.custody = custody;
    world.replies.push(tokens({ access_token: 'new-access', refresh_token: 'new-refresh' }));
    const form = { ...refreshing, refresh_token: String(before.refresh_token) };
    const readsTokens = reloaded ? !custody : custody;
    const after = answerOf(await world.post(METADATA.token_endpoint, form, world.caller(), [], readsTokens));
    expect(after.status).toBe(200);
    return { world, before, after };
  }

  it.each([true, false])(
    'takes the real tokens out of the page at its next refresh (reloaded: %s)',
    async (reloaded) => {
      const { world, after } = await refreshed(true, reloaded);
      expect(JSON.stringify(after)).not.toContain('new-');
      expect((await prove(world, after.access_token)).kind).toBe('proof');
      expect((await prove(world, 'new-access')).kind).toBe('pass');
      expect(await world.ports.sessions.list()).toMatchObject([{ state: 'bound' }]);
      expect((await world.ports.sessions.list())[0]).not.toHaveProperty('inPage');
    },
  );

  it('gives the real tokens to a page that was loaded since, and their handles are nobody’s then', async () => {
    const { world, before, after } = await refreshed(false, true);
    expect(after).toMatchObject({ access_token: 'new-access', refresh_token: 'new-refresh' });
    expect((await prove(world, 'new-access')).kind).toBe('proof');
    expect((await prove(world, before.access_token)).kind).toBe('pass');
    expect(JSON.stringify(await world.ports.sessions.list())).not.toContain('new-');
  });

  it('leaves its handles to a page that knows nothing else', async () => {
    const { world, before, after } = await refreshed(false, false);
    expect(after).toMatchObject({ access_token: before.access_token, refresh_token: before.refresh_token });
    expect((await prove(world, after.access_token)).kind).toBe('proof');
  });

  it('signs a page in with handles that knows nothing else', async () => {
    const world = createWorld();
    world.policy.custody = false;
    await world.authorize('x');
    world.replies.push(tokens());
    const answer = answerOf(await world.post(METADATA.token_endpoint, code, world.caller(), [], false));
    expect(JSON.stringify(answer)).not.toContain('real-');
    expect((await prove(world, answer.access_token)).kind).toBe('proof');
  });

  it('makes no exposed session of a page that still presents its own, bound token', async () => {
    const world = createWorld();
    world.policy.custody = false;
    const { id } = await inPage(world);
    world.policy.custody = true;
    await world.holdfast.unproved(AGENT, RESOURCE, 'Bearer');
    expect(await world.ports.sessions.list()).toMatchObject([{ id, state: 'bound' }]);
  });
});

describe('a policy of allowed servers', () => {
  it('arms nothing at another server, and shows its session as exposed for that reason', async () => {
    const world = createWorld();
    world.policy.servers = [anOrigin('https://only.example')];
    await world.ask({ kind: 'discover', url: METADATA_URL, dpop: true, tokenEndpoint: METADATA.token_endpoint });
    expect(world.named).toHaveLength(0);
    expect(await world.post(METADATA.token_endpoint, code)).toEqual({ kind: 'passAndReport' });
    const body = new URLSearchParams(code).toString();
    await world.ask({ kind: 'exposed', url: METADATA.token_endpoint, body });
    expect(await world.ports.sessions.list()).toMatchObject([{ state: 'exposed', reason: 'not_allowed' }]);
  });

  it('arms nothing where one of the servers that are needed is not on the list', async () => {
    const world = createWorld();
    world.policy.servers = [anOrigin(ISSUER)];
    const caller = world.caller();
    await world.ask({ kind: 'resource', url: RESOURCE }, caller);
    await world.ask({ kind: 'discover', url: METADATA_URL, dpop: true }, caller);
    expect(world.named).toHaveLength(0);
  });

  it('stops proofs at once for a server that was taken off the list', async () => {
    const world = createWorld();
    const { handles } = await world.bound();
    world.policy.servers = [anOrigin(ISSUER)];
    const reply = await world.ask({
      kind: 'prove',
      token: anAccessHandle(handles.access),
      method: 'GET',
      url: RESOURCE,
    });
    expect(answerOf(reply)).toMatchObject({ status: 403, error: 'access_denied' });
    expect(world.presented).toEqual([]);
  });

  it('binds at the servers that it names', async () => {
    const world = createWorld();
    world.policy.servers = [anOrigin(ISSUER), originOf(RESOURCE)];
    expect(await world.bound()).toMatchObject({ state: 'bound' });
  });
});

describe('a policy of allowed algorithms', () => {
  it('signs with those alone', async () => {
    const world = createWorld();
    world.documents.set(METADATA_URL, { ...METADATA, dpop_signing_alg_values_supported: ['ES256', 'RS256'] });
    world.policy.algorithms = ['RS256'];
    expect((await world.bound()).binding.algorithm).toBe('RS256');
  });

  it('binds nothing where the server takes none of them', async () => {
    const world = createWorld();
    world.policy.algorithms = ['Ed25519'];
    await world.authorize('x');
    expect(world.named).toHaveLength(0);
    expect(await world.post(METADATA.token_endpoint, code, world.caller(AGENT))).toEqual({ kind: 'passAndReport' });
  });
});
