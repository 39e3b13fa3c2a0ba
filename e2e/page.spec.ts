import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Page } from '@playwright/test';
import { createLatch } from './support/latch.ts';
import { HANDLE, openRelayed } from './support/relayed.ts';
import { expect, test, type World } from './support/world.ts';

/** What the page keeps of its one request. */
interface Scope {
  xhr: XMLHttpRequest;
  events: string[];
  begin(): void;
}

/** A page that has sent a request with its handle by XMLHttpRequest, at a server of the test's. */
async function requesting(world: World, answer: (response: ServerResponse, request: IncomingMessage) => void) {
  const proofs: (string | undefined)[] = [];
  const closed = createLatch();
  const page = await openRelayed(world, (request, response) => {
    proofs.push(request.headers.dpop?.toString());
    response.once('close', closed.open);
    answer(response, request);
  });
  await page.evaluate((handle) => {
    const xhr = new XMLHttpRequest();
    const events: string[] = [];
    const note = ({ type }: Event) => events.push(type === 'readystatechange' ? `state ${xhr.readyState}` : type);
    for (const type of ['readystatechange', 'loadstart', 'progress', 'load', 'error', 'abort', 'timeout', 'loadend'])
      xhr.addEventListener(type, note);
    const begin = () => {
      xhr.open('POST', '/mcp');
      xhr.setRequestHeader('Authorization', `Bearer ${handle}`);
    };
    Object.assign(window, { xhr, events, begin });
  }, HANDLE);
  return { page, proofs, closed: closed.opened };
}

const send = (page: Page, responseType: XMLHttpRequestResponseType = '', timeout = 0) =>
  page.evaluate(
    ([type, milliseconds]) => {
      const { xhr, begin } = window as unknown as Scope;
      begin();
      Object.assign(xhr, { responseType: type, timeout: milliseconds });
      xhr.send('{}');
    },
    [responseType, timeout] as const,
  );

const events = (page: Page) => page.evaluate(() => (window as unknown as Scope).events.join());
const text = (page: Page) => page.evaluate(() => (window as unknown as Scope).xhr.responseText);
const seen = (page: Page) =>
  page.evaluate(() => {
    const { xhr } = window as unknown as Scope;
    const { readyState, status, responseURL, response } = xhr;
    const [type, all] = [xhr.getResponseHeader('Content-Type'), xhr.getAllResponseHeaders()];
    return { readyState, status, responseURL, response, type, all };
  });

/** A stream that the test writes. */
async function streaming(world: World) {
  const streams: ServerResponse[] = [];
  const { page, ...rest } = await requesting(world, (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: öpen\n\n');
    streams.push(response);
  });
  await send(page);
  await expect.poll(() => text(page)).toBe('data: öpen\n\n');
  return { page, ...rest, stream: () => streams.at(-1) };
}

test('a request that is carried goes through the states and events that script waits for, with a proof', async ({
  world,
}) => {
  const { page, proofs } = await requesting(world, (response) =>
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"none"}'),
  );
  await send(page, 'json');
  await expect.poll(() => events(page)).toContain('loadend');
  expect(await events(page)).toBe('state 1,loadstart,state 2,state 3,progress,state 4,load,loadend');
  expect(await seen(page)).toMatchObject({
    readyState: 4,
    status: 404,
    responseURL: `${new URL(page.url()).origin}/mcp`,
    response: { error: 'none' },
    type: 'application/json',
    all: expect.stringContaining('content-type: application/json\r\n'),
  });
  expect(proofs).toEqual(['proof-1']);
});

test('a stream is read as it comes, characters that are cut in two included', async ({ world }) => {
  const { page, stream } = await streaming(world);
  expect(await events(page)).toContain('state 3,progress');
  const bytes = Buffer.from('data: é\n\n');
  stream()?.write(bytes.subarray(0, 7));
  await expect.poll(() => text(page)).toBe('data: öpen\n\ndata: ');
  stream()?.write(bytes.subarray(7));
  await expect.poll(() => text(page)).toBe('data: öpen\n\ndata: é\n\n');
  expect(await events(page)).not.toContain('load,');
  stream()?.end();
  await expect.poll(() => events(page)).toContain('state 4,load,loadend');
});

test('a stream ends at the server when script opens the request anew, and says nothing more', async ({ world }) => {
  const { page, stream, closed } = await streaming(world);
  const before = await events(page);
  await page.evaluate(() => (window as unknown as Scope).begin());
  await closed;
  expect(await seen(page)).toMatchObject({ readyState: 1, status: 0, response: '' });
  expect((await events(page)).slice(before.length)).not.toMatch(/abort|error|load/);
  await page.evaluate(() => (window as unknown as Scope).xhr.send('{}'));
  await expect.poll(() => seen(page).then(({ status }) => status)).toBe(200);
  stream()?.end();
});

test('a stream that the server breaks off is an error', async ({ world }) => {
  const { page, stream } = await streaming(world);
  stream()?.destroy();
  await expect.poll(() => events(page)).toContain('state 4,error,loadend');
  expect(await text(page)).toBe('');
});

test('a request that script breaks off ends at the server, before an answer came', async ({ world }) => {
  const arrived = createLatch();
  const { page, closed } = await requesting(world, arrived.open);
  await send(page);
  await arrived.opened;
  await page.evaluate(() => (window as unknown as Scope).xhr.abort());
  await closed;
  await expect.poll(() => events(page)).toContain('state 4,abort,loadend');
});

test('a request that takes longer than script allows is a timeout', async ({ world }) => {
  const { page, closed } = await requesting(world, () => undefined);
  await send(page, '', 100);
  await closed;
  await expect.poll(() => events(page)).toContain('state 4,timeout,loadend');
});

test('a refused request is made once more, with another proof', async ({ world }) => {
  const { page, proofs } = await requesting(world, (response) =>
    response.writeHead(proofs.length > 1 ? 200 : 401).end('ok'),
  );
  await send(page);
  await expect.poll(() => events(page)).toContain('loadend');
  expect(await seen(page)).toMatchObject({ status: 200, response: 'ok' });
  expect(proofs).toEqual(['proof-1', 'proof-2']);
});

test('a page that breaks its discovery off while it is held need not wait for it', async ({ world }) => {
  const metadata = JSON.stringify({ dpop_signing_alg_values_supported: ['ES256'] });
  const page = await openRelayed(world, (_, response) => void response.end(metadata), 'discover');
  const outcome = page.evaluate(() => {
    const abort = new AbortController();
    Object.assign(window, { abort });
    const discovered = fetch('/.well-known/oauth-authorization-server', { signal: abort.signal });
    return discovered.then(
      () => 'answered',
      ({ name }) => name,
    );
  });
  await page.waitForFunction(() => (window as unknown as { asked: string[] }).asked.includes('discover'));
  await page.evaluate(() => (window as unknown as { abort: AbortController }).abort.abort());
  expect(await outcome).toBe('AbortError');
});
