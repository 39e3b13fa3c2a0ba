import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { aDestination, anOrigin } from '../../model/brands.fixture.ts';
import type { Destination } from '../../model/destination.ts';
import { codeOf } from '../../protocol/error.ts';
import type { Network } from '../../sessions/ports.ts';
import { createNetwork, LIMITS } from './network.ts';

const AGENT = anOrigin('https://agent.example');
const SMALL = { ...LIMITS, bytes: 64 * 1024, servedBytes: 1024 } as const;
const HASTY = { ...SMALL, metadata: 150, token: 150, probe: 150, served: 150, stream: 150 } as const;

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

async function serve(listener: RequestListener): Promise<Destination> {
  const listening = createServer(listener);
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return aDestination(`http://127.0.0.1:${(listening.address() as AddressInfo).port}/token`);
}

/** Without the rule that sets `Origin`, which is the browser's. */
const network = (limits: Parameters<typeof createNetwork>[1] = SMALL): Network =>
  createNetwork({ withOrigin: (_, __, request) => request() }, limits);

/** The code of the failure, of both ways to speak. */
async function failureOf(url: Destination, limits?: Parameters<typeof network>[0]): Promise<string> {
  const { get, post } = network(limits);
  const codes = await Promise.all(
    [() => post(url, AGENT, {}, 'a=b'), () => get(url, AGENT)].map((request) => request().then(() => 'none', codeOf)),
  );
  expect(codes[0]).toBe(codes[1]);
  return codes[0] ?? 'none';
}

test('a server that never answers is given up, with a code', async () => {
  expect(await failureOf(await serve(() => undefined), HASTY)).toBe('server_timeout');
});

test('a server that answers and never ends is given up, with a code', async () => {
  const url = await serve((_, response) => void response.writeHead(200).write('{'));
  expect(await failureOf(url, HASTY)).toBe('server_timeout');
});

test('a server that trickles is given up when its time is over, however busy it looks', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200);
    const trickle = setInterval(() => response.write(' '), 10);
    response.on('close', () => clearInterval(trickle));
  });
  expect(await failureOf(url, HASTY)).toBe('server_timeout');
});

test('a reply that breaks off is refused, with a code', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('{"access_token":"a"', () => response.destroy());
  });
  expect(await failureOf(url)).toBe('reply_truncated');
});

test('a reply that is longer than the limit is refused, whatever length it claims, and is not read to its end', async () => {
  let written = 0;
  const url = await serve((_, response) => {
    response.writeHead(200);
    const flood = (): void => {
      while (!response.destroyed && response.write('x'.repeat(16_384))) written += 16_384;
      if (!response.destroyed) response.once('drain', flood);
    };
    flood();
  });
  expect(await failureOf(url)).toBe('reply_too_large');
  expect(written).toBeLessThan(64 * 1024 * 1024);
});

test('a reply of just the limit is taken', async () => {
  const url = await serve((_, response) => void response.end('x'.repeat(LIMITS.bytes)));
  const reply = await network(LIMITS).post(url, AGENT, {}, '');
  expect(reply.body).toHaveLength(LIMITS.bytes);
});

test.each([301, 302, 303, 307, 308])(
  'a redirect (%i) is refused with a code, and nothing is sent after it',
  async (status) => {
    const asked: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      asked.push(request.url);
      response.writeHead(status, { location: '/elsewhere' }).end();
    });
    expect(await failureOf(url)).toBe('server_redirected');
    expect(asked).toEqual(['/token', '/token']);
  },
);

test('a server that is not there is said to be unreachable', async () => {
  const url = await serve(() => undefined);
  await new Promise((resolve) => server?.close(resolve));
  expect(await failureOf(url)).toBe('server_unreachable');
});

test('a server that hangs up without an answer is said to be unreachable', async () => {
  expect(await failureOf(await serve((request) => void request.socket.destroy()))).toBe('server_unreachable');
});

test.each([200, 204, 205, 400, 418, 503, 599, 999])('a reply with the status %i is read', async (status) => {
  const url = await serve((_, response) => void response.writeHead(status, { 'x-it': 'is' }).end());
  const reply = await network().post(url, AGENT, {}, '');
  expect([reply.status, reply.body, reply.header('X-It')]).toEqual([status, '', 'is']);
});

test.each([204, 404, 500])('metadata with the status %i is none, whatever it says', async (status) => {
  const url = await serve((_, response) => void response.writeHead(status).end(status === 204 ? '' : '{}'));
  expect(await network().get(url, AGENT).catch(codeOf)).toBe('metadata_invalid');
});

test('what is sent carries no cookie, comes from no cache and follows no redirect', async () => {
  const sent = vi.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response('{}'));
  await network().get('https://as.example/metadata', AGENT);
  await network().post(aDestination('https://as.example/token'), AGENT, {}, 'a=b');
  for (const [, init] of sent.mock.calls)
    expect(init).toMatchObject({ credentials: 'omit', cache: 'no-store', redirect: 'manual' });
  expect(sent).toHaveBeenCalledTimes(2);
  sent.mockRestore();
});

test('no error names the query of a URL, or what was sent', async () => {
  const url = aDestination(`${await serve((request) => void request.socket.destroy())}?secret=s3cret`);
  const error: unknown = await network()
    .post(url, AGENT, {}, 'refresh_token=s3cret')
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'server_unreachable' });
  expect(String(error)).not.toContain('s3cret');
});

test('a request of the drill is given up when there is no answer, and a stream that it is served is left soon', async () => {
  const silent = await serve(() => undefined);
  const probe = { method: 'POST', headers: {}, body: '{}' } as const;
  await expect(network(HASTY).probe(silent, AGENT, probe)).rejects.toMatchObject({ code: 'server_timeout' });
  server?.closeAllConnections();
  server?.close();
  const endless = await serve((_, response) => void response.writeHead(200, { 'X-Said': 'yes' }).write('data: …'));
  const { status, body, header, fields } = await network({ ...SMALL, served: 150, probe: 600_000 }).probe(
    endless,
    AGENT,
    probe,
  );
  expect([status, body, header('X-Said')]).toEqual([200, 'data: …', 'yes']);
  expect(fields).toContain('yes');
});

test('of what the drill is served the beginning is read, however long it is, and though it breaks off', async () => {
  const probe = { method: 'POST', headers: {}, body: '{}' } as const;
  const flood = await serve((_, response) => {
    response.writeHead(200);
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(512)));
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  });
  const { body } = await network({ ...SMALL, served: LIMITS.probe }).probe(flood, AGENT, probe);
  expect(body.length).toBeGreaterThanOrEqual(SMALL.servedBytes);
  server?.closeAllConnections();
  server?.close();
  const broken = await serve((_, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('begun', () => response.destroy());
  });
  expect('begun').toContain((await network().probe(broken, AGENT, probe)).body);
});

test('of a refusal of the drill the body is read, up to the limit', async () => {
  const probe = { method: 'POST', headers: {}, body: '{}' } as const;
  const url = await serve((_, response) => void response.writeHead(401).end('{"error":"invalid_token"}'));
  expect(await network().probe(url, AGENT, probe)).toMatchObject({ status: 401, body: '{"error":"invalid_token"}' });
});

describe('an event stream', () => {
  const stream = (first: string, status = 200) =>
    serve((_, response) => void response.writeHead(status, { 'content-type': 'text/event-stream' }).write(first));

  test('is read up to its first event, and left', async () => {
    const url = await stream('event: endpoint\ndata: /messages\n\n');
    const { status, body } = await network().firstEvent(url, AGENT, {});
    expect([status, body]).toEqual([200, 'event: endpoint\ndata: /messages\n\n']);
  });

  test('that says nothing is given up', async () => {
    const url = await stream(': not yet\n');
    await expect(network(HASTY).firstEvent(url, AGENT, {})).rejects.toMatchObject({ code: 'server_timeout' });
  });

  test('whose first event is longer than any reply may be is not read on', async () => {
    const url = await stream(`data: ${'x'.repeat(2 * SMALL.bytes)}`);
    expect((await network(SMALL).firstEvent(url, AGENT, {})).body.length).toBeGreaterThan(SMALL.bytes);
  });

  test('is not looked for at the end of a redirect', async () => {
    const url = await serve((_, response) => void response.writeHead(307, { location: '/elsewhere' }).end());
    await expect(network().firstEvent(url, AGENT, {})).rejects.toMatchObject({ code: 'server_redirected' });
  });
});
