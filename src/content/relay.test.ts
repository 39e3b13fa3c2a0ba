import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { GIVEN, TAKEN, WANTED } from '../messages/handshake.ts';
import { LONGEST_BODY } from '../model/quotas.ts';

/** The background's end of one connection, as Chrome gives it to a content script. */
function createPort() {
  const posted: unknown[] = [];
  const heard: ((message: unknown) => void)[] = [];
  const ended: ((port: unknown) => void)[] = [];
  const port = {
    posted,
    requests: () => posted.filter((message) => (message as { id?: unknown }).id !== undefined),
    postMessage: (message: unknown) => void posted.push(message),
    disconnect: () => undefined,
    onMessage: { addListener: (listener: (message: unknown) => void) => void heard.push(listener) },
    onDisconnect: { addListener: (listener: (port: unknown) => void) => void ended.push(listener) },
    answer(message: unknown): void {
      for (const listener of heard) listener(message);
    },
    end(): void {
      for (const listener of ended) listener(port);
    },
  };
  return port;
}

const HELLO = { id: 0, body: { kind: 'hello' } };
const PASS = { kind: 'pass' };
const UNREACHABLE = { kind: 'unreachable' };

let document: EventTarget;
let ports: ReturnType<typeof createPort>[];
let isThere: boolean;
/** Every new connection is closed at once. */
let isClosed: boolean;
/** What the background asks the page itself. */
let asked: ((message: unknown, sender: unknown, reply: (answer?: unknown) => void) => void)[];
let wrapper: { port: MessagePort; heard: unknown[] };

beforeEach(async () => {
  vi.resetModules();
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
  document = new EventTarget();
  ports = [];
  isThere = true;
  isClosed = false;
  asked = [];
  vi.stubGlobal('addEventListener', document.addEventListener.bind(document));
  vi.stubGlobal('removeEventListener', document.removeEventListener.bind(document));
  vi.stubGlobal('dispatchEvent', document.dispatchEvent.bind(document));
  vi.stubGlobal('chrome', {
    runtime: {
      onMessage: { addListener: (listener: (typeof asked)[number]) => void asked.push(listener) },
      connect: () => {
        if (!isThere) throw new Error('Extension context invalidated.');
        const port = createPort();
        if (isClosed)
          port.postMessage = () => {
            throw new Error('Attempting to use a disconnected port object');
          };
        ports.push(port);
        return port;
      },
    },
  });
  let taken = 0;
  document.addEventListener(TAKEN, () => (taken += 1));
  document.addEventListener(WANTED, () => (wrapper = give()), { once: true });
  await import('./relay.iife.ts');
  expect(taken).toBe(1);
});
afterEach(() => {
  wrapper.port.close();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** Holds out a port, as the wrapper does and as any script of the page can. */
function give() {
  const { port1, port2 } = new MessageChannel();
  const heard: unknown[] = [];
  port1.onmessage = ({ data }) => heard.push(data);
  document.dispatchEvent(Object.assign(new Event(GIVEN), { ports: [port2] }));
  return { port: port1, heard };
}
const background = () => ports.at(-1) ?? createPort();
const say = (message: unknown) => wrapper.port.postMessage(message);
const request = (id: number) => ({ id, body: { kind: 'challenge', challenge: 'x' } });
const HANDLE = 'a'.repeat(43);
const proof = (id: number) => ({
  id,
  body: { kind: 'prove', token: `hf_${HANDLE}`, method: 'POST', url: 'https://a/' },
});
const refresh = (id: number) => ({ id, body: { kind: 'token', body: `refresh_token=hfr_${HANDLE}&client_id=a` } });

test('a request goes to the background, and its answer to the page', async () => {
  say(request(1));
  await vi.waitFor(() => expect(background().requests()).toEqual([HELLO, request(1)]));
  background().answer({ id: 1, body: PASS });
  await vi.waitFor(() => expect(wrapper.heard).toEqual([{ id: 1, body: PASS }]));
});

test('a port that the page holds out after the wrapper’s is not taken', async () => {
  const forged = give();
  forged.port.postMessage(request(7));
  say(request(1));
  await vi.waitFor(() => expect(background().requests()).toContainEqual(request(1)));
  background().answer({ id: 1, body: PASS });
  await vi.waitFor(() => expect(wrapper.heard).toHaveLength(1));
  expect(background().requests()).not.toContainEqual(request(7));
  expect(forged.heard).toEqual([]);
  forged.port.close();
});

test('what is no envelope, or names a request that waits already, goes no further', async () => {
  say(request(1));
  for (const id of [undefined, null, 'one', {}, 0, -1, 1.5, Number.NaN, 2 ** 60, 1]) say({ id, body: { kind: 'x' } });
  say(null);
  say('text');
  say(request(2));
  await vi.waitFor(() => expect(background().requests()).toEqual([HELLO, request(1), request(2)]));
});

test('a message that is longer than any of the wrapper’s is answered here, and changes nothing', async () => {
  say({ id: 1, body: { kind: 'token', body: 'x'.repeat(2 * LONGEST_BODY) } });
  await vi.waitFor(() => expect(wrapper.heard).toEqual([{ id: 1, body: PASS }]));
  expect(background().requests()).toEqual([HELLO]);
});

test('a form that is longer than any of the wrapper’s is refused here', async () => {
  say({ id: 1, body: { kind: 'form', body: 'x'.repeat(2 * LONGEST_BODY) } });
  await vi.waitFor(() => expect(wrapper.heard).toMatchObject([{ id: 1, body: { kind: 'answer', status: 400 } }]));
  expect(JSON.stringify(wrapper.heard)).toContain('invalid_request');
  expect(background().requests()).toEqual([HELLO]);
});

test('a form does not leave by itself when the background dies again and again, and does when the extension is gone', async () => {
  background().answer({ id: 0, body: PASS });
  const form = (id: number) => ({ id, body: { kind: 'form', body: 'grant_type=a' } });
  say(form(1));
  await vi.waitFor(() => expect(background().requests()).toContainEqual(form(1)));
  for (let deaths = 0; deaths < 3; deaths += 1) background().end();
  const failed = { id: 1, body: { kind: 'answer', status: 503 } };
  await vi.waitFor(() => expect(wrapper.heard).toContainEqual(expect.objectContaining({ id: 1 })));
  expect(wrapper.heard.find((heard) => (heard as { id?: number }).id === 1)).toMatchObject(failed);
  isThere = false;
  background().end();
  say(form(2));
  await vi.waitFor(() => expect(wrapper.heard).toContainEqual({ id: 2, body: PASS }));
});

test('a request that a dying background leaves unanswered is sent again, and given up after three deaths', async () => {
  background().answer({ id: 0, body: PASS });
  say(request(1));
  await vi.waitFor(() => expect(background().requests()).toContainEqual(request(1)));
  for (const deaths of [1, 2]) {
    background().end();
    expect(ports).toHaveLength(1 + deaths);
    expect(background().requests()).toEqual([request(1)]);
  }
  background().end();
  await vi.waitFor(() => expect(wrapper.heard).toContainEqual({ id: 1, body: PASS }));
  expect(ports).toHaveLength(3);
});

test('when the extension is gone, the page goes on as without it', async () => {
  background().answer({ id: 0, body: PASS });
  isThere = false;
  background().end();
  say(request(1));
  await vi.waitFor(() => expect(wrapper.heard).toContainEqual({ id: 1, body: PASS }));
});

test('when the extension is gone, no handle leaves its page', async () => {
  background().answer({ id: 0, body: PASS });
  isThere = false;
  background().end();
  say(proof(1));
  say(refresh(2));
  say({ id: 3, body: { kind: 'token', body: `refresh_token=hfr_${HANDLE}&x=${'x'.repeat(2 * LONGEST_BODY)}` } });
  await vi.waitFor(() => expect(wrapper.heard.filter((heard) => 'id' in (heard as object))).toHaveLength(4));
  for (const id of [1, 2, 3]) expect(wrapper.heard).toContainEqual({ id, body: UNREACHABLE });
});

test('a handle stays in its page when the background dies again and again', async () => {
  background().answer({ id: 0, body: PASS });
  say(refresh(1));
  await vi.waitFor(() => expect(background().requests()).toContainEqual(refresh(1)));
  for (let deaths = 0; deaths < 3; deaths += 1) background().end();
  await vi.waitFor(() => expect(wrapper.heard).toContainEqual({ id: 1, body: UNREACHABLE }));
});

describe('a connection that Chrome closed while the page was in the back/forward cache', () => {
  const close = (port: ReturnType<typeof createPort>) => {
    port.postMessage = () => {
      throw new Error('Attempting to use a disconnected port object');
    };
  };

  test('is made again when a request finds it so, and what waited is sent again, once', async () => {
    background().answer({ id: 0, body: PASS });
    say(request(1));
    await vi.waitFor(() => expect(background().requests()).toContainEqual(request(1)));
    close(background());
    say(request(2));
    await vi.waitFor(() => expect(ports).toHaveLength(2));
    expect(background().requests()).toEqual([request(1), request(2)]);
    ports[0]?.end(); // told late
    expect(ports).toHaveLength(2);
    for (const id of [1, 2]) background().answer({ id, body: PASS });
    await vi.waitFor(() => expect(wrapper.heard).toContainEqual({ id: 2, body: PASS }));
  });

  test('is made again when the page is shown again', async () => {
    background().answer({ id: 0, body: PASS });
    say(request(1));
    await vi.waitFor(() => expect(background().requests()).toContainEqual(request(1)));
    document.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
    expect(ports).toHaveLength(2);
    expect(background().requests()).toEqual([request(1), HELLO]);
  });

  test('does no harm to the heartbeat of a request that waits', async () => {
    say(request(1));
    await vi.waitFor(() => expect(background().requests()).toContainEqual(request(1)));
    close(background());
    vi.advanceTimersByTime(25_000);
    expect(background().requests()).toContainEqual(request(1));
    expect(ports).toHaveLength(2);
  });

  test('is given up after three times, and every request is answered', async () => {
    background().answer({ id: 0, body: PASS });
    say(request(1));
    await vi.waitFor(() => expect(background().requests()).toContainEqual(request(1)));
    close(background());
    isClosed = true;
    say(refresh(2));
    await vi.waitFor(() => expect(wrapper.heard).toContainEqual({ id: 1, body: PASS }));
    await vi.waitFor(() => expect(wrapper.heard).toContainEqual({ id: 2, body: UNREACHABLE }));
    expect(wrapper.heard.filter((heard) => (heard as { id?: number }).id)).toHaveLength(2);
  });
});

test('proofs that were made ahead are called back when the background that made them dies', async () => {
  background().answer({ id: 0, body: PASS });
  background().end();
  await vi.waitFor(() => expect(wrapper.heard).toContainEqual({ recall: true }));
});

test('a request that waits keeps the background awake, and nothing else does', async () => {
  background().answer({ id: 0, body: PASS });
  vi.advanceTimersByTime(60_000);
  expect(background().posted).toEqual([HELLO]);
  say(request(1));
  await vi.waitFor(() => expect(background().posted).toContainEqual(request(1)));
  vi.advanceTimersByTime(25_000);
  expect(background().posted).toContainEqual({ awake: true });
});
