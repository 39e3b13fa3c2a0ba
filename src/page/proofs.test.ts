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
  const MORE = 3;
  /** How long the server takes to answer, in milliseconds. */
  let takes = 0;
  beforeEach(() => {
    let count = 0;
    takes = 5;
    page.outside.background = (request) => {
      if (request.kind !== 'prove') return { kind: 'pass' };
      count += 1;
      const more = Array.from({ length: MORE }, (_, index) => `${count}.${index + 1}`);
      return right(String(count), request.often ? { more } : {});
    };
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
    return page.asked.slice(before).map((request) => {
      if (request.kind !== 'prove') return request.kind;
      return [request.ahead ? 'ahead' : 'prove', request.often ? 'often' : ''].join(' ').trim();
    });
  };
  /** Calls after which further rights are in stock. */
  const stockUp = async () => {
    expect(await asked(call)).toEqual(['prove']);
    expect(await asked(call)).toEqual(['prove often']);
  };

  test('a request of its own waits for nothing', async () => {
    await call();
    expect(await ownRequest()).toEqual([]);
  });

  test('calls that follow each other at once wait for nothing from the third on, and most ask for nothing', async () => {
    await stockUp();
    for (let round = 0; round < 3; round += 1) {
      for (let number = 1; number < MORE; number += 1) expect(await asked(call)).toEqual([]);
      expect(await asked(call)).toEqual(['ahead often']);
      expect(await asked(call)).toEqual([]);
    }
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

  test('an answer that is late ends what was in stock, and another is made after it', async () => {
    await stockUp();
    takes = RIGHT_AHEAD_MS;
    expect(await asked(call)).toEqual(['ahead', 'dropped']);
    expect(page.asked.at(-1)).toEqual({ kind: 'dropped', jtis: ['2.2', '2.3'] });
  });

  test('what is in stock is good for as long after a request as after it was made', async () => {
    await stockUp();
    page.pass(RIGHT_AHEAD_MS - takes - 1);
    expect(await asked(call)).toEqual([]);
    page.pass(RIGHT_AHEAD_MS - takes - 1);
    expect(await asked(call)).toEqual([]);
  });

  test('what is in stock is given back unused when its time is over, and when it is asked for', async () => {
    await stockUp();
    page.pass(RIGHT_AHEAD_MS - takes);
    expect(await asked(call)).toEqual(['prove often', 'dropped']);
    expect(page.asked.at(-1)).toEqual({ kind: 'dropped', jtis: ['2.1', '2.2', '2.3'] });
    expect(await asked(async () => page.proofs.drop())).toEqual(['dropped']);
    expect(page.asked.at(-1)).toEqual({ kind: 'dropped', jtis: ['3.1', '3.2', '3.3'] });
    expect((await asked(call))[0]).toBe('prove often');
  });

  test('each right is for one request, of those that leave together too', async () => {
    await stockUp();
    await Promise.all([call(), call(), call()]);
    page.proofs.drop();
    await expect.poll(() => page.asked.at(-1)?.kind).toBe('dropped');
    const given = page.asked.flatMap((request) => (request.kind === 'dropped' ? request.jtis : []));
    expect(new Set(given).size).toBe(given.length);
  });

  test('a request that cannot be made again has nothing that was made ahead', async () => {
    const post = (body: BodyInit) =>
      page.fetch(RESOURCE, { ...page.call({ method: 'POST', body }), duplex: 'half' } as RequestInit);
    for (let number = 0; number < 3; number += 1) await post('text');
    expect(await asked(() => post('text'))).toEqual([]);
    expect((await asked(() => post(new Blob().stream())))[0]).toBe('prove often');
  });
});
