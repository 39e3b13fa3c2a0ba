import { beforeEach, describe, expect, test } from 'vitest';
import type { PageReply } from '../messages/page.ts';
import { LONGEST_BODY, MOST_HANDLES } from '../model/quotas.ts';
import { createPage, HANDLE, proof, RESOURCE, right, type TestPage } from './page.fixture.ts';

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

describe('a request with a handle that needs no proof', () => {
  const url = `${RESOURCE}?a`;
  const whole = (input: string, init: RequestInit = {}) => new Request(input, page.call(init));

  test.each<[string, () => Parameters<typeof fetch>]>([
    ['of an address', () => [url, page.call({ method: 'POST', body: 'text' })]],
    ['with a fragment of the page’s', () => [`${url}#own`, page.call({ method: 'POST', body: 'text' })]],
    ['in a Request', () => [whole(url, { method: 'POST', body: 'text' })]],
    ['in a Request with a fragment', () => [whole(`${url}#own`, { method: 'POST', body: 'text' })]],
    ['with bytes', () => [url, page.call({ method: 'POST', body: new TextEncoder().encode('text') })]],
  ])('leaves with its mark, %s', async (_, given) => {
    page.outside.background = () => right('1');
    await page.fetch(...given());
    expect(page.asked).toMatchObject([{ kind: 'prove', url }]);
    const [sent] = page.sent;
    expect([sent?.url, sent?.method, await sent?.text()]).toEqual([`${url}#hf-mark`, 'POST', 'text']);
    expect(sent?.headers.get('authorization')).toBe(`Bearer ${HANDLE}`);
  });

  test('that is a Request keeps what else it has', async () => {
    page.outside.background = () => right('1');
    const abort = new AbortController();
    const init = { cache: 'no-store', credentials: 'omit', redirect: 'error', keepalive: true } as const;
    await page.fetch(whole(RESOURCE, { ...init, signal: abort.signal }));
    expect(page.sent).toMatchObject([{ ...init, method: 'GET', url: `${RESOURCE}#hf-mark` }]);
    abort.abort('over');
    expect(page.sent[0]?.signal.reason).toBe('over');
  });

  test('whose body is a stream is not read before it leaves', async () => {
    page.outside.background = () => right('1');
    const body = new ReadableStream({ pull: (stream) => stream.enqueue(new TextEncoder().encode('more')) });
    page.outside.server = async (request) => {
      const { value } = (await request.body?.getReader().read()) ?? {};
      return new Response(value);
    };
    const init = page.call({ method: 'POST', body });
    const response = await page.fetch(RESOURCE, { ...init, duplex: 'half' } as RequestInit);
    expect(await response.text()).toBe('more');
  });

  test('that left too late is made once more, as it was', async () => {
    let count = 0;
    page.outside.background = () => right(String(++count));
    page.outside.server = () => new Response('', { status: page.sent.length > 1 ? 200 : 401 });
    const { status } = await page.fetch(whole(RESOURCE, { method: 'POST', body: 'text' }));
    expect([status, page.asked.at(-1)]).toMatchObject([200, { kind: 'prove', refused: { jti: '1' } }]);
    expect(await Promise.all(page.sent.map((sent) => sent.text()))).toEqual(['text', 'text']);
  });
});

describe('the handle of a given key', () => {
  const GIVEN = `hfk_${'k'.repeat(43)}`;

  test.each([
    ['X-API-Key', GIVEN],
    ['x-any-name', `Token ${GIVEN}`],
    ['Authorization', `Bearer ${GIVEN}`],
    ['Authorization', `Basic ${GIVEN}`],
    ['Authorization', GIVEN],
  ])('is found in %s: %s, and its field is named', async (name, value) => {
    page.outside.background = () => proof('1', { proof: '' });
    for (const headers of [{ [name]: value }, new Headers([[name, value]])]) await page.fetch(RESOURCE, { headers });
    await page.fetch(new Request(RESOURCE, { headers: { [name]: value } }));
    const asked = { kind: 'prove', token: GIVEN, header: name.toLowerCase(), url: RESOURCE };
    expect(page.asked).toMatchObject([asked, asked, asked]);
    expect(page.sent.map(({ headers }) => headers.get(name))).toEqual([value, value, value]);
  });

  test.each([`key=${GIVEN}`, `a b ${GIVEN}`, `${GIVEN}x`])('is none within %s', async (value) => {
    await page.fetch(RESOURCE, { headers: { 'x-api-key': value } });
    expect(page.asked.filter(({ kind }) => kind === 'prove')).toEqual([]);
    expect(page.sent.map(({ headers }) => headers.get('x-api-key'))).toEqual([value]);
  });
});

describe('an MCP request with a key of the page’s own', () => {
  const mcp = { accept: 'application/json, text/event-stream' };

  test('is told once for each address, without the key', async () => {
    for (let index = 0; index < 3; index += 1)
      await page.fetch(RESOURCE, { headers: { ...mcp, authorization: 'Bearer sk-1' } });
    await page.fetch('https://agent.example/mcp', { headers: { ...mcp, 'x-api-key': 'sk-1' } });
    expect(page.asked).toEqual([
      { kind: 'typed', url: RESOURCE },
      { kind: 'typed', url: 'https://agent.example/mcp' },
    ]);
    expect(page.sent).toHaveLength(4);
  });

  test('is not one without a key, nor any other request', async () => {
    await page.fetch(RESOURCE, { headers: mcp });
    await page.fetch(RESOURCE, { headers: { authorization: 'Bearer sk-1' } });
    expect(page.asked).toEqual([]);
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

describe('a token request', () => {
  const TOKEN = 'https://as.example/token';
  const json = { 'content-type': 'application/json' };
  const FILE = '\xff\r\n';
  const body = JSON.stringify({ code: 'c', grant_type: 'authorization_code' });
  const formData = (fields: Record<string, string | Blob>) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    return form;
  };

  test.each<[string, () => Parameters<typeof fetch>]>([
    ['as JSON', () => [TOKEN, { method: 'POST', headers: json, body }]],
    ['as JSON in a Request', () => [new Request(TOKEN, { method: 'POST', headers: json, body })]],
    ['as JSON in bytes', () => [TOKEN, { method: 'POST', headers: json, body: new TextEncoder().encode(body) }]],
    ['as FormData', () => [TOKEN, { method: 'POST', body: formData({ code: 'c', grant_type: 'authorization_code' }) }]],
  ])('%s is looked at, and does not leave where the background answers it', async (name, given) => {
    page.outside.background = () => ANSWER;
    expect((await page.fetch(...given())).status).toBe(403);
    const fields = 'code=c&grant_type=authorization_code';
    expect(page.asked).toMatchObject([{ kind: 'form', body: name === 'as FormData' ? fields : body }]);
    expect(page.sent).toEqual([]);
  });

  test.each<[string, () => RequestInit]>([
    ['JSON', () => ({ headers: json, body })],
    ['FormData', () => ({ body: formData({ grant_type: 'a', file: new Blob([FILE]) }) })],
  ])('that is none of ours leaves as the page made it: %s', async (_, init) => {
    page.outside.background = () => ({ kind: 'passAndReport' });
    const made = init();
    await page.fetch(TOKEN, { method: 'POST', ...made });
    const sent = page.sent[0];
    expect(sent?.headers.get('content-type')).toMatch(/json$|^multipart/);
    if (made.body === body) return expect(await sent?.text()).toBe(body);
    const file = (await sent?.formData())?.get('file') as File;
    expect(await file.text()).toBe(FILE);
  });

  const long = 'x'.repeat(3 * LONGEST_BODY);
  test.each<[string, RequestInit]>([
    ['a form', { body: new URLSearchParams({ grant_type: 'a', long }) }],
    ['a form whose grant comes last', { body: new URLSearchParams({ long, grant_type: 'a' }) }],
    ['JSON', { headers: json, body: JSON.stringify({ long, grant_type: 'a' }) }],
    ['FormData', { body: formData({ long, grant_type: 'a' }) }],
    ['a form with a handle', { body: new URLSearchParams({ long, token: HANDLE }) }],
  ])('that is too long is shown to the background, as far as that refuses it: %s', async (_, init) => {
    page.outside.background = () => ANSWER;
    await page.fetch(TOKEN, { method: 'POST', ...init });
    expect(page.asked).toMatchObject([{ kind: 'form' }]);
    expect((page.asked[0] as { body: string }).body).toHaveLength(LONGEST_BODY + 1);
    expect(page.sent).toEqual([]);
  });
});

describe('what is no token request leaves at once, and nobody is asked:', () => {
  const long = 'x'.repeat(10_000_000);
  const json = (what: unknown): RequestInit => ({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(what),
  });
  const upload = new FormData();
  upload.append('grant', 'grant_type');
  upload.append('file', new Blob([long]));

  test.each<[string, RequestInit]>([
    ['a long form', { body: new URLSearchParams({ long }) }],
    ['an upload', { body: upload }],
    ['a deep grant', json({ jsonrpc: '2.0', params: { grant_type: 'a' } })],
    ['a list', json([{ grant_type: 'a' }])],
    ['a text about grants', json({ text: '{"grant_type":"a"}&grant_type=a' })],
    ['a text with a handle far behind', json({ text: `${long} ${HANDLE}` })],
  ])('%s', async (_, init) => {
    await page.fetch('https://as.example/upload', { method: 'POST', ...init });
    expect([page.asked, page.sent.length]).toEqual([[], 1]);
  });

  test('JSON in a stream, which may stay open', async () => {
    const stream = new ReadableStream();
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: stream, duplex: 'half' };
    await page.fetch('https://as.example/upload', init as RequestInit);
    expect([page.asked, page.sent.length]).toEqual([[], 1]);
  });

  test('an MCP request in a Request is one with a handle, or one without', async () => {
    page.outside.background = () => proof('1');
    const headers = { 'content-type': 'application/json', accept: 'text/event-stream' };
    const init = { method: 'POST', body: '{"jsonrpc":"2.0"}', headers };
    await page.fetch(new Request(RESOURCE, page.call(init)));
    await page.fetch(new Request(RESOURCE, page.call(init)));
    expect(page.asked).toMatchObject(Array(2).fill({ kind: 'prove', mcp: true }));
    page.outside.server = () => new Response('', { status: 401, headers: { 'WWW-Authenticate': 'DPoP' } });
    await page.fetch(new Request(RESOURCE, init));
    expect(page.asked.at(-1)).toMatchObject({ kind: 'challenge' });
    expect(await page.sent[2]?.text()).toBe(init.body);
  });
});

describe('a handle that the page sends elsewhere is reported, and leaves as it is:', () => {
  const BACKEND = 'https://api.example/chat';
  const json = { 'content-type': 'application/json' };
  const text = JSON.stringify({ servers: [{ token: HANDLE }] });
  const upload = new FormData();
  upload.append('file', new Blob(['x']));
  upload.append('token', HANDLE);

  test.each<[string, string, RequestInit]>([
    ['in a header', BACKEND, { headers: { 'x-mcp-token': HANDLE } }],
    ['with another scheme', BACKEND, { headers: { authorization: `Token ${HANDLE}` } }],
    ['in JSON', BACKEND, { method: 'POST', headers: json, body: text }],
    ['in a text', BACKEND, { method: 'POST', body: text }],
    ['in FormData', BACKEND, { method: 'POST', body: upload }],
    ['in a form', BACKEND, { method: 'POST', body: new URLSearchParams({ mcp: HANDLE }) }],
    ['in the address', `${BACKEND}?token=${HANDLE}`, {}],
  ])('%s', async (_, url, init) => {
    await page.fetch(url, init);
    expect(page.asked.filter(({ kind }) => kind !== 'form')).toEqual([{ kind: 'passedOn', url, handles: [HANDLE] }]);
    const expected = new Request(url, init);
    const [sent] = page.sent;
    expect([sent?.url, [...(sent?.headers ?? [])].filter(([name]) => name !== 'content-type')]).toEqual([
      expected.url,
      [...expected.headers].filter(([name]) => name !== 'content-type'), // a boundary is random
    ]);
    if (init.body !== upload) expect(await sent?.text()).toBe(await expected.text());
  });

  test('in JSON in a Request', async () => {
    await page.fetch(new Request(BACKEND, { method: 'POST', headers: json, body: text }));
    expect(page.asked).toEqual([{ kind: 'passedOn', url: BACKEND, handles: [HANDLE] }]);
    expect(await page.sent[0]?.text()).toBe(text);
  });

  test('and no more than so many of one request', async () => {
    await page.fetch(BACKEND, { method: 'POST', body: `${HANDLE} `.repeat(1_000) });
    expect(page.asked).toEqual([{ kind: 'passedOn', url: BACKEND, handles: Array(MOST_HANDLES).fill(HANDLE) }]);
  });
});
