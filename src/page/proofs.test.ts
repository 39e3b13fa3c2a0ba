import { beforeEach, describe, expect, test } from 'vitest';
import type { PageReply } from '../messages/page.ts';
import { RIGHT_AHEAD_MS, RIGHT_OUT_MS } from '../model/lifetimes.ts';
import { createPage, proof, RESOURCE, right, type TestPage } from './page.fixture.ts';

let page: TestPage;
beforeEach(() => {
  page = createPage();
});

/** How long a rule of the network layer stands after a proof was made, in milliseconds. */
const RULE = 5_000;

const later = <T>() => {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
};

/** Where a request of the page's own, without a handle, waits for tokens to be put aside. */
async function ownRequest(url = RESOURCE): Promise<unknown[]> {
  const before = page.asked.length;
  await page.fetch(url);
  return page.asked.slice(before).map((request) => ('url' in request ? `${request.kind} ${request.url}` : request));
}

describe('a request of the page’s own waits for as long as a token may be presented', () => {
  test('after a proof that came at once, and not for ever', async () => {
    page.outside.background = () => proof('1');
    await page.fetch(RESOURCE, page.call());
    page.pass(RULE);
    expect(await ownRequest()).toEqual([`aside ${RESOURCE}`]);
    page.pass(60_000);
    expect(await ownRequest()).toEqual([]);
  });

  test('after a proof that was long in coming, and while it is waited for', async () => {
    const made = later<PageReply>();
    page.outside.background = ({ kind }) => (kind === 'prove' ? made.promise : { kind: 'pass' });
    const called = page.fetch(RESOURCE, page.call());
    page.pass(50_000); // the vault was locked
    expect(await ownRequest()).toEqual([`aside ${RESOURCE}`]);
    page.pass(50_000);
    made.resolve(proof('1'));
    await called;
    page.pass(RULE);
    expect(await ownRequest()).toEqual([`aside ${RESOURCE}`]);
  });

  test('while another proof for the same place is waited for', async () => {
    const made = [later<PageReply>(), later<PageReply>()];
    page.outside.background = ({ kind }) => (kind === 'prove' && made.shift()?.promise) || { kind: 'pass' };
    const [first, second] = made;
    const called = [page.fetch(RESOURCE, page.call()), page.fetch(RESOURCE, page.call())];
    first?.resolve(proof('1'));
    await called[0];
    page.pass(60_000);
    expect(await ownRequest()).toEqual([`aside ${RESOURCE}`]);
    second?.resolve(proof('2'));
    await called[1];
    page.pass(RULE);
    expect(await ownRequest()).toEqual([`aside ${RESOURCE}`]);
  });

  test('after the retry of a request whose refusal was long in coming', async () => {
    let count = 0;
    page.outside.background = () => proof(String(++count));
    page.outside.server = () => {
      if (page.sent.length > 1) return new Response();
      page.pass(60_000);
      return new Response('', { status: 401 });
    };
    await page.fetch(RESOURCE, page.call());
    page.pass(RULE);
    expect(await ownRequest()).toEqual([`aside ${RESOURCE}`]);
  });

  test('also where the server has sent the refused request on to', async () => {
    const there = `${RESOURCE}/there`;
    page.outside.background = () => proof('1');
    page.outside.server = () => {
      const members = { redirected: { value: true }, url: { value: there } };
      return page.sent.length > 1
        ? new Response()
        : Object.defineProperties(new Response('', { status: 401 }), members);
    };
    await page.fetch(RESOURCE, page.call());
    expect(await ownRequest(there)).toEqual([`aside ${RESOURCE}`, `aside ${there}`]);
  });

  test('after an answer that was long in coming, whose nonce has a proof made ahead', async () => {
    let count = 0;
    page.outside.background = ({ kind }) =>
      kind === 'prove' ? proof(String(++count), { ahead: true }) : { kind: 'pass' };
    page.outside.server = () => {
      page.pass(9_000);
      return new Response('', { headers: { 'DPoP-Nonce': String(count) } });
    };
    await page.fetch(RESOURCE, page.call());
    page.outside.server = () => new Response();
    page.pass(RULE - 1);
    expect(await ownRequest()).toEqual([`aside ${RESOURCE}`]);
  });
});

describe('an agent that calls again and again', () => {
  test('finds its next proof made', async () => {
    let count = 0;
    page.outside.background = () => proof(String(++count), { ahead: true });
    for (let call = 1; call <= 3; call += 1) await page.fetch(RESOURCE, page.call());
    expect(page.sent.map(({ headers }) => headers.get('dpop'))).toEqual(['proof-1', 'proof-2', 'proof-3']);
    expect(page.asked).toHaveLength(4);
  });

  test('gives back what was made ahead when it is not to be used', async () => {
    let count = 0;
    page.outside.background = () => proof(String(++count), { ahead: true });
    for (let call = 1; call <= 2; call += 1) await page.fetch(RESOURCE, page.call());
    page.proofs.drop();
    await expect.poll(() => page.asked.at(-1)).toEqual({ kind: 'dropped', jtis: ['3'] });
  });
});

describe('where a mark tells the page’s requests from others', () => {
  /** How long the server takes to answer, in milliseconds. */
  let takes = 0;
  beforeEach(() => {
    let count = 0;
    takes = 5;
    page.outside.background = ({ kind }) => (kind === 'prove' ? right(String(++count)) : { kind: 'pass' });
    page.outside.server = () => {
      page.pass(takes);
      return new Response();
    };
  });
  const call = () => page.fetch(RESOURCE, page.call());
  /** What the background was asked meanwhile. */
  const asked = async (work: () => Promise<unknown>) => {
    const before = page.asked.length;
    await work();
    return page.asked.slice(before).map((request) => ('ahead' in request && request.ahead ? 'ahead' : request.kind));
  };

  test('a request of its own waits for nothing', async () => {
    await call();
    expect(await ownRequest()).toEqual([]);
  });

  test('calls that follow each other at once wait for nothing from the third on', async () => {
    expect(await asked(call)).toEqual(['prove']);
    expect(await asked(call)).toEqual(['prove', 'ahead']);
    for (let number = 3; number < 6; number += 1) expect(await asked(call)).toEqual(['ahead']);
  });

  test('a call alone, and the first after a pause, leave nothing behind for others to use', async () => {
    for (let number = 0; number < 3; number += 1) {
      expect(await asked(call)).toEqual(['prove']);
      page.pass(3_000);
    }
  });

  test('of a server that takes longer, what is made ahead is made when it has answered', async () => {
    takes = 10 * RIGHT_OUT_MS;
    await call();
    expect(await asked(call)).toEqual(['prove', 'ahead']);
    page.outside.server = async () => {
      expect(page.asked.at(-1)).toMatchObject({ ahead: true });
      page.pass(takes);
      return new Response();
    };
    expect(await asked(call)).toEqual(['ahead']);
  });

  test('while what was made ahead may be out, no other is made for the same call', async () => {
    for (let number = 0; number < 3; number += 1) await call();
    takes = RIGHT_OUT_MS;
    expect(await asked(call)).toEqual(['ahead']);
    expect(await asked(call)).toEqual(['prove', 'dropped', 'ahead']);
  });

  test('what was made ahead is given back unused when its time is over', async () => {
    for (let number = 0; number < 2; number += 1) await call();
    page.pass(RIGHT_AHEAD_MS);
    expect(await asked(call)).toEqual(['prove', 'dropped', 'ahead']);
  });

  test('a request that cannot be made again has nothing that was made ahead', async () => {
    const post = (body: BodyInit) =>
      page.fetch(RESOURCE, { ...page.call({ method: 'POST', body }), duplex: 'half' } as RequestInit);
    for (let number = 0; number < 3; number += 1) await post('text');
    expect(await asked(() => post('text'))).toEqual(['ahead']);
    expect((await asked(() => post(new Blob().stream())))[0]).toBe('prove');
  });
});
