import { beforeEach, describe, expect, test } from 'vitest';
import type { PageReply } from '../../messages/page.ts';
import { anOrigin } from '../../model/brands.fixture.ts';
import type { BoundSession } from '../../model/session.ts';
import { resourceMetadataUrl } from '../../protocol/oauth/well-known.ts';
import { createSchemes } from '../../sessions/requests/token-scheme.ts';
import { AGENT, createWorld, leaving, RESOURCE, type World } from '../world.fixture.ts';

const METADATA_URL = resourceMetadataUrl(RESOURCE);
const BEARER = { 'WWW-Authenticate': 'Bearer error="invalid_token"' };

let world: World;
let session: BoundSession;
beforeEach(async () => {
  world = createWorld();
  session = await world.bound();
  world.documents.set(METADATA_URL, { resource: RESOURCE, authorization_servers: [] });
});

type Made = Extract<PageReply, { kind: 'proof' }>;

async function prove(refused?: Made, challenge?: string): Promise<PageReply> {
  return world.ask({
    kind: 'prove',
    token: session.handles.access,
    method: 'POST',
    url: RESOURCE,
    ...(refused && { refused: { jti: refused.jti, challenge } }),
  });
}

function made(reply: PageReply): Made {
  if (reply.kind !== 'proof') throw new Error(`the page got ${reply.kind}`);
  return reply;
}

/** The network saw the request leave as the page was told, and be answered. */
async function answer({ proof, jti }: Made, status: number, headers: Record<string, string> = {}): Promise<void> {
  const fields = new Headers(headers);
  const { proofLog } = world.holdfast;
  if (proof) proofLog.sent(jti, leaving('DPoP real-access'));
  else expect(proofLog.sentAsBearer(leaving('Bearer real-access'))).toBe(jti);
  await proofLog.answered(jti, status, (name) => fields.get(name));
}

/** The same request is refused with its proof, and made once more. */
async function again(status = 401, headers: Record<string, string> = BEARER): Promise<PageReply> {
  const first = made(await prove());
  expect(first.proof).not.toBe('');
  await answer(first, status, headers);
  return prove(first, headers['WWW-Authenticate']);
}

/** A resource that was served a bearer token, and had refused the same one with its proof. */
async function learnt(): Promise<void> {
  await answer(made(await again()), 200);
}

describe('a resource that knows no DPoP', () => {
  test('gets the token as a bearer token, once it has refused it with its proof', async () => {
    const second = made(await again());
    expect(second).toMatchObject({ proof: '', mark: world.presented.at(-1)?.mark });
    expect(second.mark).toMatch(/^hf-[\w-]{22}$/);
    expect(world.presented.map(({ scheme }) => scheme)).toEqual(['DPoP', 'Bearer']);
    await answer(second, 200);
    expect(made(await prove()).proof).toBe('');
    expect(await world.ports.memory.scheme(RESOURCE)).toBe('Bearer');
  });

  test('is known as such for every session, and by the next worker', async () => {
    await learnt();
    const next = createWorld(world.database);
    session = await next.bound({ agent: AGENT });
    world = next;
    expect(made(await prove()).proof).toBe('');
  });

  test('may call the request invalid, with 400', async () => {
    expect(made(await again(400, { 'WWW-Authenticate': 'Bearer error="invalid_request"' })).proof).toBe('');
  });

  test('keeps its token in the network layer no longer than a request is on its way', async () => {
    await learnt();
    world.cleared.length = 0;
    const [one, two] = [made(await prove()), made(await prove())];
    await answer(one, 200);
    expect(world.cleared).toEqual([]);
    await answer(two, 200);
    await expect.poll(() => world.cleared).toEqual([`1 ${RESOURCE}`]);
  });

  test('is not taken for one that was called by another page, or with another token', async () => {
    await learnt();
    const { jti } = made(await prove());
    const { proofLog } = world.holdfast;
    expect(
      proofLog.sentAsBearer({ ...leaving('Bearer real-access'), initiator: anOrigin('https://other.example') }),
    ).toBe(undefined);
    expect(proofLog.sentAsBearer({ ...leaving('Bearer real-access'), tab: 2 })).toBe(undefined);
    expect(proofLog.sentAsBearer(leaving('Bearer another'))).toBe(undefined);
    expect(proofLog.sentAsBearer(leaving('Bearer real-access'))).toBe(jti);
    expect(proofLog.sentAsBearer(leaving('Bearer real-access'))).toBe(undefined);
  });

  test('is given proofs when its metadata begins to speak of DPoP', async () => {
    await learnt();
    world.pass(60 * 60_000);
    world.documents.set(METADATA_URL, { resource: RESOURCE, dpop_bound_access_tokens_required: true });
    made(await prove()); // its metadata is read beside this request
    await expect.poll(() => world.ports.memory.scheme(RESOURCE)).toBe('DPoP');
    expect(made(await prove()).proof).not.toBe('');
  });

  test('is given a proof at once when it asks for one', async () => {
    await learnt();
    const refused = made(await prove());
    await answer(refused, 401, { 'WWW-Authenticate': 'DPoP algs="ES256"' });
    expect(made(await prove(refused, 'DPoP algs="ES256"')).proof).not.toBe('');
  });
});

describe('nothing talks a resource down to bearer tokens', () => {
  test.each([
    ['its metadata names algorithms', { dpop_signing_alg_values_supported: ['ES256'] }],
    ['its metadata demands bound tokens', { dpop_bound_access_tokens_required: true }],
  ])('where %s', async (_, members) => {
    world.documents.set(METADATA_URL, { resource: RESOURCE, ...members });
    expect((await again()).kind).toBe('pass');
    expect(await world.ports.memory.scheme(RESOURCE)).toBe('DPoP');
  });

  test.each<[string, number, Record<string, string>]>([
    ['a challenge of its own', 401, { 'WWW-Authenticate': 'Bearer, DPoP error="invalid_token"' }],
    ['a nonce', 401, { ...BEARER, 'DPoP-Nonce': 'n' }],
    ['a refusal of the scope', 403, { 'WWW-Authenticate': 'Bearer error="insufficient_scope"' }],
    ['an invalid request that is none of the scheme’s', 400, {}],
    ['an error of its own', 500, BEARER],
  ])('where it answers with %s', async (_, status, headers) => {
    expect((await again(status, headers)).kind).toBe('pass');
  });

  test('where it spoke of DPoP while a bearer token was on its way', async () => {
    const second = made(await again());
    const { proofLog } = world.holdfast;
    expect(proofLog.sentAsBearer(leaving('Bearer real-access'))).toBe(second.jti);
    await world.ports.memory.setScheme(RESOURCE, 'DPoP');
    await proofLog.answered(second.jti, 200, () => null);
    expect(await world.ports.memory.scheme(RESOURCE)).toBe('DPoP');
  });

  test('where a request could not leave because its rule had gone', async () => {
    const first = made(await prove());
    world.cleared.push(`1 ${RESOURCE}`);
    expect(made(await prove(first)).proof).not.toBe('');
  });

  test('where its word is not noted yet', async () => {
    const metadataOf = async () => ({ resource: RESOURCE, authorizationServers: [], requiresDpop: false });
    const { maybeBearer } = createSchemes(world.ports, { metadataOf });
    const answer = { status: 401, isBearer: true, error: undefined, dpopError: undefined };
    expect(await maybeBearer(RESOURCE, AGENT, { ...answer, saysDpop: true })).toBe(false);
    expect(await maybeBearer(RESOURCE, AGENT, { ...answer, saysDpop: false })).toBe(true);
  });

  test('where its metadata cannot be had now', async () => {
    world.documents.delete(METADATA_URL);
    expect((await again()).kind).toBe('pass');
  });

  test('where the page says that it was refused, and the network saw no such answer', async () => {
    const first = made(await prove());
    await answer(first, 200);
    expect((await prove(first, 'Bearer error="invalid_token"')).kind).toBe('pass');
    const other = made(await prove());
    expect((await prove(other, 'Bearer error="invalid_token"')).kind).toBe('pass');
  });

  test('where it has not said so itself, though a page says that its requests do not leave', async () => {
    const first = made(await prove());
    const second = made(await prove(first));
    expect(second.proof).toBe('');
    await answer(second, 401, BEARER);
    expect(await world.ports.memory.scheme(RESOURCE)).toBeUndefined();
    await answer(made(await prove()), 401, { 'WWW-Authenticate': 'DPoP' });
    expect((await prove(made(await prove()))).kind).toBe('pass');
  });

  test('where it refuses the bearer token as well: the token has expired, perhaps', async () => {
    const second = made(await again());
    await answer(second, 401, BEARER);
    expect(await world.ports.memory.scheme(RESOURCE)).toBeUndefined();
    const third = made(await prove());
    expect(third.proof).not.toBe('');
    await answer(third, 401, BEARER);
    expect((await prove(third, BEARER['WWW-Authenticate'])).kind).toBe('pass'); // not tried again so soon
  });

  test('where it has ever spoken of DPoP', async () => {
    const first = made(await prove());
    await answer(first, 401, { 'WWW-Authenticate': 'DPoP error="invalid_token"' });
    expect((await again()).kind).toBe('pass');
    expect(made(await prove()).proof).not.toBe('');
  });
});
