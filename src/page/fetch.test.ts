import { beforeEach, describe, expect, test } from 'vitest';
import type { PageReply } from '../messages/page.ts';
import { createPage, HANDLE, proof, RESOURCE, type TestPage } from './page.fixture.ts';

let page: TestPage;
beforeEach(() => {
  page = createPage();
});

const ANSWER: PageReply = { kind: 'answer', status: 403, body: 'no', headers: [['content-type', 'text/plain']] };
const proofsSent = () => page.sent.map(({ headers }) => headers.get('dpop'));

describe('a request with a handle', () => {
  test('leaves with its proof', async () => {
    page.outside.background = () => proof('1');
    expect((await page.fetch(RESOURCE, page.call())).status).toBe(200);
    expect(proofsSent()).toEqual(['proof-1']);
  });

  test('leaves without one where the background says so', async () => {
    page.outside.background = () => proof('1', { proof: '' });
    await page.fetch(RESOURCE, page.call());
    expect(proofsSent()).toEqual([null]);
  });

  test('does not leave where the background answers it', async () => {
    page.outside.background = () => ANSWER;
    const response = await page.fetch(RESOURCE, page.call());
    expect([response.status, response.url, await response.text()]).toEqual([403, RESOURCE, 'no']);
    expect(page.sent).toEqual([]);
  });

  test('that was refused does not leave again where the background answers it', async () => {
    page.outside.background = (request) => ('refused' in request && request.refused ? ANSWER : proof('1'));
    page.outside.server = () => new Response('refused', { status: 401 });
    const response = await page.fetch(RESOURCE, page.call());
    expect([response.status, await response.text()]).toEqual([403, 'no']);
    expect(page.sent).toHaveLength(1);
  });

  test.each([
    ['post', 'POST'],
    ['patch', 'patch'],
    ['PATCH', 'PATCH'],
    [undefined, 'GET'],
  ])('of the method %s has a proof for the method as it leaves', async (method, htm) => {
    page.outside.background = () => proof('1');
    await page.fetch(RESOURCE, page.call({ ...(method && { method }) }));
    expect([page.asked, page.sent]).toMatchObject([[{ method: htm }], [{ method: htm }]]);
  });

  test('that the network fails rejects with what the network says', async () => {
    const failure = new TypeError('Failed to fetch');
    page.outside.background = (request) => ('refused' in request && request.refused ? { kind: 'pass' } : proof('1'));
    page.outside.server = () => Promise.reject(failure);
    await expect(page.fetch(RESOURCE, page.call())).rejects.toBe(failure);
    expect(page.sent).toHaveLength(1);
    expect(page.asked).toHaveLength(2); // whether the server takes the request without a proof
  });

  test('that does not leave with its proof is made once more without one, where the background says so', async () => {
    page.outside.background = (request) =>
      'refused' in request && request.refused ? proof('2', { proof: '' }) : proof('1');
    page.outside.server = (request) =>
      request.headers.has('dpop') ? Promise.reject(new TypeError('Failed to fetch')) : new Response('served');
    expect(await (await page.fetch(RESOURCE, page.call())).text()).toBe('served');
  });
});

describe('a challenge that comes with 400', () => {
  const challenge = 'DPoP error="use_dpop_nonce"';
  beforeEach(() => {
    page.outside.background = (request) => proof('refused' in request && request.refused ? '2' : '1');
  });

  test.each([
    ['says so', { 'WWW-Authenticate': challenge }],
    ['gives a nonce', { 'DPoP-Nonce': 'n' }],
  ])('is answered with a new proof where it %s', async (_, headers) => {
    page.outside.server = () => (page.sent.length > 1 ? new Response() : new Response('', { status: 400, headers }));
    expect((await page.fetch(RESOURCE, page.call())).status).toBe(200);
    expect(proofsSent()).toEqual(['proof-1', 'proof-2']);
  });

  test('reads as Bearer for a page that speaks Bearer', async () => {
    page.outside.background = ({ kind }) =>
      kind === 'challenge' ? { kind: 'relabel', challenge: 'Bearer' } : proof('1');
    page.outside.server = () => new Response('', { status: 400, headers: { 'WWW-Authenticate': challenge } });
    const response = await page.fetch(RESOURCE, { headers: { accept: 'text/event-stream' } });
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
  });

  test('is none without either: the answer passes untouched, and nobody is asked', async () => {
    const answer = new Response('bad', {
      status: 400,
      headers: { 'WWW-Authenticate': 'Bearer error="invalid_request"' },
    });
    page.outside.server = () => answer;
    expect(await page.fetch(RESOURCE, page.call())).toBe(answer);
    expect(page.asked).toHaveLength(1);
  });
});

describe('a form with a handle beside it', () => {
  const TOKEN = 'https://as.example/token';
  const post = (form: Record<string, string>, url = TOKEN) =>
    page.fetch(url, page.call({ method: 'POST', body: new URLSearchParams(form) }));
  const authorizations = () => page.sent.map(({ headers }) => headers.get('authorization'));
  const kinds = () => page.asked.map(({ kind }) => kind);

  test('that is OAuth’s is looked at as a form', async () => {
    page.outside.background = () => ANSWER;
    expect((await post({ grant_type: 'refresh_token' })).status).toBe(403);
    expect([kinds(), page.sent]).toEqual([['form'], []]);
  });

  test('leaves without the handle where the page is to send it itself', async () => {
    page.outside.background = () => ({ kind: 'passAndReport' });
    await post({ grant_type: 'refresh_token' });
    expect([kinds(), authorizations()]).toEqual([['form'], [null]]);
    expect(await page.sent[0]?.text()).toBe('grant_type=refresh_token');
  });

  test('that is none of OAuth’s is a request with a handle', async () => {
    page.outside.background = () => proof('1');
    await post({ title: 'a' }, RESOURCE);
    expect([kinds(), proofsSent(), authorizations()]).toEqual([['prove'], ['proof-1'], [`Bearer ${HANDLE}`]]);
  });

  test('that only a Request’s body tells, and that is none of OAuth’s, is a request with a handle', async () => {
    page.outside.background = () => proof('1');
    await page.fetch(new Request(RESOURCE, page.call({ method: 'POST', body: new URLSearchParams({ title: 'a' }) })));
    expect([kinds(), proofsSent(), authorizations()]).toEqual([['prove'], ['proof-1'], [`Bearer ${HANDLE}`]]);
    expect(await page.sent[0]?.text()).toBe('title=a');
  });

  test('that the background makes nothing of is a request with a handle', async () => {
    page.outside.background = ({ kind }) => (kind === 'form' ? { kind: 'pass' } : proof('1'));
    await post({ token: HANDLE }, RESOURCE);
    expect([kinds(), proofsSent()]).toEqual([['form', 'prove'], ['proof-1']]);
  });
});

test('a page sees a token that it got by itself only after the background was told', async () => {
  const order: string[] = [];
  page.outside.server = () => Response.json({ access_token: 'real', token_type: 'Bearer' });
  page.outside.background = async ({ kind }) => {
    if (kind === 'form') return { kind: 'passAndReport' };
    await new Promise((resolve) => setTimeout(resolve));
    order.push(kind);
    return { kind: 'pass' };
  };
  const response = await page.fetch('https://as.example/token', {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'authorization_code' }),
  });
  order.push(`token ${(await response.json()).access_token}`);
  expect(order).toEqual(['exposed', 'token real']);
  expect(JSON.stringify(page.asked)).not.toContain('real');
});
