import { decodeJwt, decodeProtectedHeader } from 'jose';
import { encode } from 'jose/base64url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Nonces } from '../../demo/resource/nonces.ts';
import { Refusal } from '../../demo/resource/refusal.ts';
import { WeakProofCheck } from '../../demo/resource/weak-proof-check.ts';
import { WEAKNESSES, type Weakness } from '../../demo/resource/weakness.ts';
import { ATTEMPTS, type DrillReport, isAttack } from '../../model/drill.ts';
import type { BoundSession } from '../../model/session.ts';
import { HoldfastError } from '../../protocol/error.ts';
import type { Probe, ProbeReply } from '../../sessions/ports.ts';
import { createWorld, METADATA, RESOURCE, replyOf, type ScriptedReply, tokens, type World } from '../world.fixture.ts';

const ATTACKS = ATTEMPTS.filter(isAttack);
const HOUR = 60 * 60_000;

let world: World;
let session: BoundSession;
beforeEach(async () => {
  world = createWorld();
  session = await world.bound();
});
afterEach(async () => void (await world.database).close());

interface ServerOptions {
  /** What a refusal of a bearer token says of it. */
  readonly repeated?: (token: string) => string;
  readonly weak?: readonly Weakness[];
  readonly nonces?: boolean | 'rotating';
}

/** A resource that checks proofs point by point, but for its weaknesses. It takes `real-access` until that is replaced. */
function serve({ weak = [], nonces = true, repeated = () => '' }: ServerOptions = {}): void {
  const given = nonces ? new Nonces({ lifetime: 24 * HOUR, rotateEveryResponse: nonces === 'rotating' }) : undefined;
  const ignored = new Set(weak);
  const policy = { issuer: '', jwksUri: '', resource: RESOURCE, algorithms: [], proofLifetime: 60, nonces: given };
  const proofs = new WeakProofCheck(policy, ignored);
  const now = world.ports.now;

  const check = async ({ method, headers }: Probe): Promise<void> => {
    const [scheme, token = ''] = (headers.Authorization ?? '').split(' ');
    const { accessToken } = (await world.ports.sessions.tokens(session.id)) ?? {};
    if (token !== accessToken && !(ignored.has('expired') && token === 'real-access')) {
      throw new Refusal('invalid_token', 'The access token has expired.');
    }
    if (scheme === 'Bearer' && !ignored.has('bearer'))
      throw new Refusal('invalid_token', `No bearer${repeated(token)}`);
    if (scheme === 'Bearer') return;
    const { DPoP: field } = headers;
    if (field === undefined && ignored.has('noProof')) return;
    if (field === undefined) throw new Refusal('invalid_dpop_proof', 'Where is the proof?');
    const jkt = session.binding.thumbprint;
    await proofs.verify(field, { token, jkt, method, url: RESOURCE, now: now() });
  };

  world.resource.answer = async (probe) => {
    const headers = given ? { 'DPoP-Nonce': given.next(now()) } : {};
    try {
      await check(probe);
      return replyOf({ body: '', headers });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const challenge = `DPoP error="${error.code}", error_description="${error.message}"`;
      return replyOf({ status: error.status, body: '', headers: { ...headers, 'WWW-Authenticate': challenge } });
    }
  };
}

async function drill(): Promise<DrillReport> {
  await world.holdfast.drill.run(session.id);
  const report = await world.ports.drills.get(session.id);
  if (!report) throw new Error('there is no report');
  return report;
}

const outcomes = ({ lines }: DrillReport) =>
  Object.fromEntries(lines.map(({ attempt, outcome }) => [attempt, outcome]));

describe('a strict server', () => {
  test('refuses every attempt, and lets the control in before and after', async () => {
    serve();
    const report = await drill();
    expect(report.verdict).toEqual({ kind: 'enforced', refused: ATTACKS.length - 1 });
    expect(outcomes(report)).toEqual({
      ...Object.fromEntries(ATTACKS.map((attempt) => [attempt, 'refused'])),
      control: 'accepted',
      controlAgain: 'accepted',
      expired: 'skipped',
      repeatsToken: 'notRepeated',
    });
  });

  test('that gives a new nonce with every answer is no weaker', async () => {
    serve({ nonces: 'rotating' });
    expect((await drill()).verdict).toEqual({ kind: 'enforced', refused: ATTACKS.length - 1 });
  });

  test('without nonces is not asked about them', async () => {
    serve({ nonces: false });
    const report = await drill();
    expect(report.verdict).toEqual({ kind: 'enforced', refused: ATTACKS.length - 3 });
    expect(report.lines.filter(({ outcome }) => outcome === 'skipped')).toEqual([
      { attempt: 'noNonce', outcome: 'skipped', skipped: 'noNonceDemanded' },
      { attempt: 'wrongNonce', outcome: 'skipped', skipped: 'noNonceDemanded' },
      { attempt: 'expired', outcome: 'skipped', skipped: 'noExpiredToken' },
    ]);
  });

  test('refuses a token that has expired, when one is at hand', async () => {
    serve();
    await refresh();
    world.pass(2 * HOUR);
    const report = await drill();
    expect(outcomes(report).expired).toBe('refused');
    expect(report.verdict).toEqual({ kind: 'enforced', refused: ATTACKS.length });
  });
});

describe('a weak server is found out', () => {
  const byIat: readonly Weakness[] = ['stale', 'future'];
  const others: readonly Weakness[] = [...byIat, 'expired', 'repeatsToken'];

  /** What each weakness makes of a server. Everything else is less than a theft, and has to be refused. */
  const kindOf = (weakness: Weakness) => {
    if (['bearer', 'noProof', 'otherKey', 'unsigned', 'symmetric'].includes(weakness)) return 'broken';
    return ['replayed', 'noNonce', 'wrongNonce', 'expired'].includes(weakness) ? 'advised' : 'incomplete';
  };

  for (const weakness of WEAKNESSES.filter((each) => !others.includes(each))) {
    test(`in ${weakness}, and in nothing else: it is ${kindOf(weakness)}`, async () => {
      serve({ weak: [weakness] });
      const report = await drill();
      expect(report.verdict).toEqual({ kind: kindOf(weakness), found: [weakness] });
    });
  }

  test('in the worst of what it lets in', async () => {
    serve({ weak: ['replayed', 'wrongUrl'] });
    expect((await drill()).verdict).toEqual({ kind: 'incomplete', found: ['wrongUrl'] });
    serve({ weak: ['replayed', 'wrongUrl', 'symmetric'] });
    expect((await drill()).verdict).toEqual({ kind: 'broken', found: ['symmetric'] });
  });

  for (const weakness of byIat) {
    test(`in ${weakness}, where no nonce tells the age of a proof`, async () => {
      serve({ weak: [weakness], nonces: false });
      expect((await drill()).verdict).toEqual({ kind: 'incomplete', found: [weakness] });
    });

    test(`not in ${weakness} where a nonce tells it`, async () => {
      serve({ weak: [weakness] });
      const report = await drill();
      expect(outcomes(report)[weakness]).toBe('tolerated');
      expect(report.verdict).toEqual({ kind: 'enforced', refused: ATTACKS.length - 2 });
    });
  }

  test('in expired, when one is at hand', async () => {
    serve({ weak: ['expired'] });
    await refresh();
    world.pass(2 * HOUR);
    expect((await drill()).verdict).toEqual({ kind: 'advised', found: ['expired'] });
  });

  test('in noNonce, when it had asked this session for a nonce before the drill', async () => {
    serve({ weak: ['noNonce'] });
    await drill();
    expect((await drill()).verdict).toMatchObject({ kind: 'enforced' }); // it knows the key by now, and asks for nothing
    world.ports.usage.demandsNonce(session.id);
    expect((await drill()).verdict).toEqual({ kind: 'advised', found: ['noNonce'] });
  });

  test('in everything at once', async () => {
    serve({ weak: WEAKNESSES, nonces: false });
    const { verdict } = await drill();
    expect(verdict).toEqual({ kind: 'broken', found: ['bearer', 'noProof', 'otherKey', 'unsigned', 'symmetric'] });
  });
});

describe('an answer that repeats the token', () => {
  const isControl = ({ headers }: Probe) => headers.Authorization?.startsWith('DPoP') && headers.DPoP !== undefined;
  const last = ({ lines }: DrillReport) => lines.at(-1);

  /** The server's answers to requests with a proof have this in them. */
  function repeatIn(what: Partial<ScriptedReply>): void {
    const { answer } = world.resource;
    world.resource.answer = async (probe) => {
      const { status, header, fields, body } = await answer(probe);
      if (!isControl(probe) || status !== 200) return { status, header, fields, body };
      const more = replyOf({ body, ...what });
      return { ...more, header: (name) => header(name) ?? more.header(name) };
    };
  }

  test.each([
    ['as it is', 'real-access/1+2=='],
    ['percent-encoded', encodeURIComponent('real-access/1+2==')],
    ['percent-encoded in small letters', 'real-access%2f1%2b2%3d%3d'],
    ['as JSON may escape it', JSON.stringify({ token: 'real-access/1+2==' }).replace('/', '\\/')],
    ['in base64', btoa('real-access/1+2==')],
    ...['a', 'ab', 'abc'].map((before) => [
      `in base64, after ${before}`,
      btoa(`${before}real-access/1+2==, and so on`),
    ]),
    ['in base64url', encode('???real-access/1+2==>>>')],
  ])('is found %s, in a header field and in what is served, and is a recommendation', async (_, said) => {
    session = await world.bound({ access_token: 'real-access/1+2==' });
    for (const what of [{ headers: { 'X-Echo': said } }, { body: `data: {"you":"${said}"}` }]) {
      serve();
      repeatIn(what);
      const report = await drill();
      expect(last(report)).toEqual({
        attempt: 'repeatsToken',
        outcome: 'repeated',
        by: ['control', 'controlAgain'],
      });
      expect(report.verdict).toEqual({ kind: 'advised', found: ['repeatsToken'] });
      expect(JSON.stringify([report, world.activity])).not.toContain(said);
    }
    // It stands with the session, and is logged once.
    expect(await world.ports.usage.get(session.id)).toMatchObject({ repeatsToken: true });
    expect(world.activity.filter(({ kind }) => kind === 'repeated')).toMatchObject([{ session: session.id }]);
  });

  test('is found in a refusal, whose words are not shown where they have it in other letters', async () => {
    serve({ repeated: (token) => ` (${btoa(`Bearer ${token}`)})` });
    const report = await drill();
    expect(last(report)).toMatchObject({ outcome: 'repeated', by: ['bearer'] });
    expect(report.lines.find(({ attempt }) => attempt === 'bearer')).toMatchObject({ answer: { description: '…' } });
  });

  test('is told though the drill ended early', async () => {
    serve();
    repeatIn({ headers: { 'X-Echo': 'real-access' } });
    stopAfter(5, () => replyOf({ status: 429, body: '' }));
    expect(last(await drill())).toMatchObject({ outcome: 'repeated', by: ['control'] });
  });

  test('is not one that has another token, or a part of it', async () => {
    serve();
    repeatIn({ headers: { 'X-Echo': `real-acces ${btoa('real-acces')} another-token-that-is-longer` } });
    expect(last(await drill())).toMatchObject({ outcome: 'notRepeated' });
    expect(await world.ports.usage.get(session.id)).not.toHaveProperty('repeatsToken');
  });
});

describe('it cannot be told', () => {
  test('when the control is refused: no attack is made', async () => {
    world.resource.answer = () => replyOf({ status: 401, body: { error: 'invalid_token' } });
    const report = await drill();
    expect(report.verdict).toEqual({ kind: 'unclear', reason: 'controlFailed' });
    expect(report.lines[0]).toEqual({
      attempt: 'control',
      outcome: 'refused',
      answer: { status: 401, error: 'invalid_token' },
    });
    expect(world.probed).toHaveLength(1);
  });

  test('when the server asks for fewer requests, and then it gets none', async () => {
    serve();
    stopAfter(5, () => replyOf({ status: 429, body: '', headers: { 'Retry-After': '60' } }));
    const report = await drill();
    expect(report.verdict).toEqual({ kind: 'unclear', reason: 'rateLimited' });
    expect(world.probed).toHaveLength(6);
    for (const line of report.lines.slice(-2)) expect(line).toMatchObject({ outcome: 'skipped', skipped: 'ended' });
  });

  test('when the server cannot be reached any more', async () => {
    serve();
    stopAfter(5, () => {
      throw new HoldfastError('server_unreachable', 'gone');
    });
    const report = await drill();
    expect(report.verdict).toEqual({ kind: 'unclear', reason: 'unreachable' });
    expect(world.probed).toHaveLength(7); // it was given a second chance
  });

  test('when the control gets no answer: no attack is made', async () => {
    world.resource.answer = () => {
      throw new HoldfastError('server_unreachable', 'gone');
    };
    expect((await drill()).verdict).toEqual({ kind: 'unclear', reason: 'unreachable' });
    expect(world.probed).toHaveLength(1);
  });

  test('when most answers are neither a refusal nor an acceptance', async () => {
    serve();
    const { answer } = world.resource;
    world.resource.answer = async (probe) => {
      const reply = await answer(probe);
      return reply.status === 401 && !reply.header('WWW-Authenticate')?.includes('use_dpop_nonce')
        ? replyOf({ status: 500, body: '' })
        : reply;
    };
    expect((await drill()).verdict).toEqual({ kind: 'unclear', reason: 'answersUnclear' });
  });

  test('when the person stops it', async () => {
    serve();
    stopAfter(3, () => {
      world.holdfast.drill.stop(session.id);
      return replyOf({ status: 401, body: '' });
    });
    expect((await drill()).verdict).toEqual({ kind: 'unclear', reason: 'stopped' });
    expect(world.probed).toHaveLength(4);
  });

  test('when the session ends meanwhile', async () => {
    serve();
    stopAfter(3, async () => {
      world.replies.push({ body: '' }, { body: '' });
      await world.holdfast.revoke(session.id);
      return replyOf({ status: 401, body: '' });
    });
    expect((await drill()).verdict).toEqual({ kind: 'unclear', reason: 'sessionEnded' });
    expect(world.probed).toHaveLength(4);
  });

  test('when the server refuses the session’s own request afterwards: it may have ended the session for the attempts', async () => {
    serve();
    const { answer } = world.resource;
    let controls = 0;
    world.resource.answer = async (probe) => {
      const reply = await answer(probe);
      if (reply.status === 200) controls += 1;
      return controls > 1 ? replyOf({ status: 401, body: '' }) : reply;
    };
    expect((await drill()).verdict).toEqual({ kind: 'unclear', reason: 'controlFailedAfter' });
  });

  test('but what was let in before is told all the same', async () => {
    serve({ weak: ['bearer'] });
    stopAfter(5, () => replyOf({ status: 429, body: '' }));
    expect((await drill()).verdict).toEqual({ kind: 'broken', found: ['bearer'] });
  });

  test('with what should be better alone, when the drill ended early', async () => {
    serve({ weak: ['replayed'] });
    stopAfter(12, () => replyOf({ status: 429, body: '' }));
    const { verdict, lines } = await drill();
    expect(lines.find(({ attempt }) => attempt === 'replayed')).toMatchObject({ outcome: 'accepted' });
    expect(verdict).toEqual({ kind: 'unclear', reason: 'rateLimited' });
  });
});

describe('one odd answer is a line that could not be told, and spoils nothing else', () => {
  /** What the server does with a bearer token. */
  function oddly(answerBearer: () => ProbeReply): void {
    const { answer } = world.resource;
    world.resource.answer = async (probe) =>
      probe.headers.Authorization?.startsWith('Bearer') ? answerBearer() : answer(probe);
  }

  test.each([
    ['a failure of the server’s', () => replyOf({ status: 500, body: '' })],
    [
      'a connection that breaks',
      () => {
        throw new HoldfastError('server_unreachable', 'gone');
      },
    ],
  ])('%s', async (_, answerBearer) => {
    serve();
    oddly(answerBearer);
    const report = await drill();
    expect(outcomes(report).bearer).toBe('unclear');
    expect(report.verdict).toEqual({ kind: 'enforced', refused: ATTACKS.length - 2, untold: 1 });
    serve({ weak: ['wrongUrl'] });
    oddly(answerBearer);
    expect((await drill()).verdict).toEqual({ kind: 'incomplete', found: ['wrongUrl'] });
  });
});

describe('the drill', () => {
  test('sends the token to its own resource, and no request that changes anything', async () => {
    serve();
    await drill();
    expect(new Set(world.probed.map(({ url }) => url))).toEqual(new Set([RESOURCE]));
    const methods = world.probed.flatMap(({ body }) => (body ? [JSON.parse(body).method] : []));
    expect(new Set(methods)).toEqual(new Set(['initialize']));
    expect(world.posted).toEqual([]);
  });

  test('pings in the MCP session that is open, and discovers where the protocol has none', async () => {
    serve();
    const proof = { at: 0, header: {}, claims: {} };
    world.ports.usage.sent(session.id, proof, { sessionId: 's-1', protocolVersion: '2025-11-25' });
    await drill();
    world.ports.usage.sent(session.id, proof, { protocolVersion: '2026-07-28' });
    await drill();
    const asked = world.probed.map(({ body, headers }) => [JSON.parse(body ?? '').method, headers['Mcp-Session-Id']]);
    expect(new Set(asked.map(String))).toEqual(new Set(['ping,s-1', 'server/discover,']));
  });

  test('goes on to the next request when a server does not know the first', async () => {
    serve();
    const { answer } = world.resource;
    world.ports.usage.sent(session.id, { at: 0, header: {}, claims: {} }, { sessionId: 'gone' });
    world.resource.answer = async (probe) => {
      const reply = await answer(probe);
      return reply.status === 200 && probe.headers['Mcp-Session-Id'] ? replyOf({ status: 404, body: '' }) : reply;
    };
    expect((await drill()).verdict).toMatchObject({ kind: 'enforced' });
  });

  test('ends the MCP sessions that the server opened for it, with a proof', async () => {
    serve();
    const { answer } = world.resource;
    world.resource.answer = async (probe) => {
      const reply = await answer(probe);
      return reply.status === 200
        ? { ...reply, header: (name) => (name === 'Mcp-Session-Id' ? 'mine' : reply.header(name)) }
        : reply;
    };
    await drill();
    const ended = world.probed.filter(({ method }) => method === 'DELETE');
    expect(ended).toHaveLength(2); // of the controls
    for (const { headers } of ended) {
      expect(headers['Mcp-Session-Id']).toBe('mine');
      expect(decodeJwt(headers.DPoP ?? '')).toMatchObject({ htm: 'DELETE', htu: RESOURCE });
    }
  });

  test('changes one thing in each attempt, and no proof is sent twice but the replayed one', async () => {
    serve({ nonces: false });
    await drill();
    const proofs = world.probed.flatMap(({ headers }) => headers.DPoP?.split(', ') ?? []);
    expect(proofs.length - new Set(proofs).size).toBe(1);
    const algorithms = proofs.map((proof) => decodeProtectedHeader(proof).alg);
    expect(new Set(algorithms)).toEqual(new Set(['ES256', 'none', 'HS256']));
  });

  test.each([3600, 24 * 3600, undefined])(
    'leaves no proof in a log that comes to be good, with a token that lives for %s seconds',
    async (seconds) => {
      session = await world.bound({ resource: RESOURCE, expires_in: seconds });
      const end = seconds === undefined ? Number.POSITIVE_INFINITY : world.ports.now() + seconds * 1000;
      serve();
      await drill();
      const proofs = world.probed
        .flatMap(({ headers }) => headers.DPoP?.split(', ') ?? [])
        .map((jwt) => decodeJwt(jwt));
      const later = proofs.map(({ iat = 0 }) => iat * 1000).filter((iat) => iat > world.ports.now() + 60_000);
      expect(later).toHaveLength(1);
      const tenYears = world.ports.now() + 9 * 365 * 24 * HOUR;
      expect(later[0]).toBeGreaterThan(Math.min(end, tenYears));
      const wrong = proofs.filter(({ htm, htu }) => htm !== 'POST' || htu !== RESOURCE);
      expect(wrong.map(({ htm }) => htm).toSorted()).toEqual(['DRILL', 'POST']);
      const elsewhere = wrong.find(({ htm }) => htm === 'POST')?.htu as string;
      expect(elsewhere).toMatch(/^https:\/\/mcp\.example\/mcp\/[\w-]{43}$/);
    },
  );

  test('keeps no token: what a server repeats is left out', async () => {
    serve({ repeated: (token) => `: ${token}` });
    const report = await drill();
    expect(report.lines.find(({ attempt }) => attempt === 'bearer')).toMatchObject({
      answer: { description: 'No bearer: …' },
    });
    expect(JSON.stringify([report, world.activity])).not.toContain('real-access');
    expect(await (await world.database).getAll('drills')).toEqual([report]);
  });

  test('tells of each line while it runs, and its verdict goes to the activity', async () => {
    serve();
    const shown: number[] = [];
    const show = world.ports.drills.show.bind(world.ports.drills);
    world.ports.drills.show = async (report) => {
      shown.push(report.lines.length);
      await show(report);
    };
    await drill();
    expect(shown.slice(0, ATTEMPTS.length)).toEqual(ATTEMPTS.map((_, index) => index));
    expect(world.activity.at(-1)).toMatchObject({ kind: 'drilled', session: session.id, code: 'enforced' });
  });

  test('runs once at a time', async () => {
    serve({ nonces: false });
    await Promise.all([drill(), world.holdfast.drill.run(session.id)]);
    expect(world.activity.filter(({ kind }) => kind === 'drilled')).toHaveLength(1);
  });

  test('keeps no word that a server puts where an error code stands, unless it is one', async () => {
    world.resource.answer = () => replyOf({ status: 401, body: { error: 'real-access' } });
    expect((await drill()).lines[0]).toMatchObject({ answer: { error: 'other' } });
  });

  test('of a session that was taken off the list meanwhile is not kept', async () => {
    serve();
    stopAfter(3, async () => {
      world.replies.push({ body: '' }, { body: '' });
      await world.holdfast.revoke(session.id);
      await world.ports.sessions.remove(session.id);
      return replyOf({ status: 401, body: '' });
    });
    await world.holdfast.drill.run(session.id);
    expect(await (await world.database).getAll('drills')).toEqual([]);
  });

  test('that is damaged in storage is as good as not run', async () => {
    serve();
    const database = await world.database;
    await database.put('drills', { session: session.id, resource: 'nowhere' } as never);
    expect(await world.ports.drills.get(session.id)).toBeUndefined();
  });

  test('waits for the vault to be unlocked, and does not run while it stays locked', async () => {
    serve();
    const bytes = (size: number) => crypto.getRandomValues(new Uint8Array(size));
    await world.lock.turnOn({ credentialId: bytes(16), salt: bytes(32), secret: bytes(32) });
    await world.lock.lock();
    const running = world.holdfast.drill.run(session.id);
    await vi.waitFor(() => expect(world.asked).toHaveLength(1));
    world.question.stayLocked(session.agent);
    expect(await running).toBe('locked');
    expect(world.probed).toEqual([]);
  });

  test('is none for a session that is not bound', async () => {
    world.replies.push({ body: '' }, { body: '' });
    await world.holdfast.revoke(session.id);
    expect(await world.holdfast.drill.run(session.id)).toBe('over');
    expect(world.probed).toEqual([]);
  });

  test('of a session whose key is gone says so instead: it asks to sign in again', async () => {
    await world.ports.keys.remove(session.binding.thumbprint);
    expect(await world.holdfast.drill.run(session.id)).toBe('over');
    expect(world.probed).toEqual([]);
    expect((await world.ports.sessions.get(session.id))?.state).toBe('keyLost');
    expect(world.activity.at(-1)).toMatchObject({ kind: 'keyLost', session: session.id });
  });

  test('ends when the vault is being locked', async () => {
    serve();
    stopAfter(3, () => {
      world.holdfast.drill.stopAll();
      return replyOf({ status: 401, body: '' });
    });
    expect((await drill()).verdict).toEqual({ kind: 'unclear', reason: 'sessionEnded' });
  });
});

/** The agent gets a new token; the drill has the old one. */
async function refresh(): Promise<void> {
  world.replies.push(tokens({ access_token: 'real-2', expires_in: 3 * 3600 }));
  await world.post(METADATA.token_endpoint, {
    grant_type: 'refresh_token',
    refresh_token: session.handles.refresh ?? '',
    client_id: 'me',
  });
}

/** The server changes after so many answers. */
function stopAfter(answers: number, then: (probe: Probe) => ProbeReply | Promise<ProbeReply>): void {
  const { answer } = world.resource;
  let left = answers;
  world.resource.answer = (probe) => {
    left -= 1;
    return left < 0 ? then(probe) : answer(probe);
  };
}
