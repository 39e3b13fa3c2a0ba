import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Leaving, ProofLog } from '../../sessions/requests/proof-log.ts';
import { createEvent } from '../browser/browser.fixture.ts';
import { createWebRequest } from './web-request.ts';

const fake = vi.hoisted(() => ({ webRequest: {} }));
vi.mock('webextension-polyfill', () => ({ default: fake }));

const RESOURCE = 'https://mcp.example/mcp';
const REQUEST = {
  ...{ requestId: '1', tabId: 1, method: 'POST', type: 'xmlhttprequest' },
  ...{ url: RESOURCE, initiator: 'https://agent.example' },
};
const HANDLE = `hf_${'x'.repeat(43)}`;
/** A proof that anybody can write: nobody signed it. */
const JUNK = [
  { typ: 'dpop+jwt', alg: 'ES256', jwk: {} },
  { jti: 'junk', htm: 'POST', htu: RESOURCE, iat: 1 },
]
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .concat('AA')
  .join('.');

let events: Record<'onSendHeaders' | 'onHeadersReceived' | 'onErrorOccurred', ReturnType<typeof createEvent>>;
let unasked = 0;
let asked: string[] = [];
let unproved: unknown[][] = [];
let unsent: [string, boolean][] = [];
let urls: string[] = [];

beforeEach(() => {
  [unasked, asked, unproved, unsent, urls] = [0, [], [], [], []];
  events = { onSendHeaders: createEvent(), onHeadersReceived: createEvent(), onErrorOccurred: createEvent() };
  Object.assign(fake, { webRequest: events });
  const proofLog = {
    sent: (jti: string) => jti !== 'junk',
    sentAsBearer: ({ header, url }: Pick<Leaving, 'header' | 'url'>) => {
      urls.push(url);
      return header('Authorization') === 'Bearer real' ? asked.shift() : undefined;
    },
    sentTooLate: (_: Leaving, mark: string) => (mark === 'hf-known' ? 'late' : undefined),
    leftUnasked: ({ header }: { header: (name: string) => string | null }) => {
      const isUnasked = header('Authorization') === 'Bearer real';
      if (isUnasked) unasked += 1;
      return isUnasked;
    },
    answered: async () => undefined,
    lost: () => undefined,
    unsent: ({ url }: { url: string }, isSilence: boolean) => void unsent.push([url, isSilence]),
  } as unknown as ProofLog;
  createWebRequest({
    proofLog,
    navigated: () => undefined,
    unproved: (...what) => void unproved.push(what),
    failed: (error) => {
      throw error;
    },
  }).watch([RESOURCE]);
});

const tell = (event: keyof typeof events, details: object) => events[event].happen({ ...REQUEST, ...details });
const send = (headers: Record<string, string>, more: object = {}) =>
  tell('onSendHeaders', {
    requestHeaders: Object.entries(headers).map(([name, value]) => ({ name, value })),
    ...more,
  });

describe('a request that left with the token and was not asked for', () => {
  test('is seen, with a proof that anybody can write beside it too', async () => {
    await send({ authorization: 'Bearer real' });
    await send({ authorization: 'Bearer real', dpop: JUNK });
    expect(unasked).toBe(2);
    expect(unproved).toEqual([]);
  });

  test('is not one that its server has sent on', async () => {
    asked = ['one'];
    await send({ authorization: 'Bearer real' });
    await tell('onHeadersReceived', { statusCode: 307 });
    await send({ authorization: 'Bearer real' }, { url: `${RESOURCE}/` });
    await send({ authorization: `Bearer ${HANDLE}` }, { url: `${RESOURCE}/` });
    expect(unasked).toBe(0);
    expect(unproved).toEqual([]);
    await tell('onHeadersReceived', { statusCode: 200 });
    await send({ authorization: 'Bearer real' });
    expect(unasked).toBe(1);
  });
});

test('a request uses up one right, wherever its server sends it on to, and however often the browser sends it', async () => {
  asked = ['one', 'two'];
  await send({ authorization: 'Bearer real' });
  await send({ authorization: 'Bearer real' });
  await tell('onHeadersReceived', { statusCode: 307 });
  await send({ authorization: 'Bearer real' });
  expect(asked).toEqual(['two']);
  await send({ authorization: 'Bearer real' }, { requestId: '2' });
  expect([asked, unasked]).toEqual([[], 0]);
});

describe('a mark', () => {
  test('is told to nobody with the URL that has it', async () => {
    asked = ['one'];
    await send({ authorization: 'Bearer real' }, { url: `${RESOURCE}?a#hf-known` });
    await send({}, { url: `${RESOURCE}#hf-other`, requestId: '2' });
    await tell('onErrorOccurred', { error: 'net::ERR_FAILED', url: `${RESOURCE}#hf-known`, requestId: '3' });
    expect([urls, unproved, unsent].join()).not.toContain('#');
    expect(urls).toEqual([`${RESOURCE}?a`, RESOURCE]);
  });

  test('tells a request of the wrapper’s, whose rule had gone, from one that went around it', async () => {
    await send({ authorization: `Bearer ${HANDLE}` }, { url: `${RESOURCE}#hf-known` });
    expect(unproved).toEqual([]);
    await send({ authorization: `Bearer ${HANDLE}` }, { url: `${RESOURCE}#hf-guessed`, requestId: '2' });
    expect(unproved).toHaveLength(1);
  });
});

test('a page’s own credentials are said, with its own proof beside a bearer token too; with a token of that scheme it has its own key', async () => {
  await send({ authorization: 'Bearer its-own' });
  await send({ authorization: 'Bearer its-own', dpop: JUNK });
  await send({ authorization: 'DPoP its-own', dpop: JUNK });
  expect(unproved.map(([, , scheme]) => scheme)).toEqual(['Bearer', 'Bearer']);
});

test('a request that did not leave is told apart from one that something here has kept back', async () => {
  for (const error of [
    'net::ERR_CONNECTION_REFUSED',
    'net::ERR_ABORTED',
    'net::ERR_FAILED',
    'net::ERR_BLOCKED_BY_CSP',
  ]) {
    await tell('onErrorOccurred', { error });
  }
  expect(unsent.map(([, isSilence]) => isSilence)).toEqual([true, false, false, false]);
  await send({
    authorization: 'DPoP real',
    dpop: JUNK.replace(JUNK.split('.')[1] ?? '', Buffer.from('{"jti":"ours"}').toString('base64url')),
  });
  await tell('onErrorOccurred', { error: 'net::ERR_EMPTY_RESPONSE' });
  expect(unsent).toHaveLength(4);
});
