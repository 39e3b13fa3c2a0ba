import { beforeEach, expect, test, vi } from 'vitest';
import type { Result, UiReply, UiUpdate } from '../../messages/ui.ts';
import { type Commands, DONE } from '../../messages/ui-request.ts';
import { HoldfastError } from '../../protocol/error.ts';
import { createEvent } from '../browser/browser.fixture.ts';
import { createChanges } from '../changes.ts';
import { serveViewPorts } from './view-port.ts';
import { createViewers } from './viewers.ts';

const fake = vi.hoisted(() => ({ runtime: {}, tabs: {} }));
vi.mock('webextension-polyfill', () => ({ default: fake }));

const OURS = 'chrome-extension://own/';
const FIRST = { kind: 'asks', asks: [] } as const satisfies UiUpdate;
const REST = { kind: 'sessions', changed: [], removed: ['rest'] } as const satisfies UiUpdate;
const NEWS = { kind: 'trouble', trouble: 'storage_full' } as const satisfies UiUpdate;

let onConnect: ReturnType<typeof createEvent>;
beforeEach(() => {
  onConnect = createEvent();
  const runtime = { id: 'own', getURL: (path: string) => OURS + path, onConnect };
  Object.assign(fake, { runtime, tabs: { query: async () => [{ url: 'https://below.example/page' }] } });
});

/** A view that opens; the background's first word is the test's to give. */
async function opened(query = '', commands: Partial<Commands> = {}, told = async () => undefined) {
  const snapshot = deferred();
  const fronts: (string | undefined)[] = [];
  const failed = vi.fn();
  const [changes, viewers] = [createChanges(), createViewers()];
  changes.on('failed', (error) => failed(error));
  serveViewPorts({
    ...{ changes, viewers },
    snapshot: async (front) => {
      fronts.push(await front());
      return snapshot.promise;
    },
    ...{ begin: async () => undefined, commands: commands as Commands, told },
  });
  return { ports: viewers, changes, fronts, failed, snapshot, ...(await connected(query)) };
}

async function connected(query = '') {
  const heard: (UiUpdate | UiReply)[] = [];
  const [onDisconnect, onMessage] = [createEvent(), createEvent()];
  const sender = { id: 'own', url: `${OURS}popup.html${query}` };
  const postMessage = (update: UiUpdate | UiReply) => void heard.push(update);
  await onConnect.happen({ name: 'ui', sender, postMessage, onDisconnect, onMessage });
  return { heard, onDisconnect, onMessage };
}

test('what happens before a view has heard the first word is told after it, and nothing is lost', async () => {
  const { ports, heard, snapshot } = await opened();
  ports.tell(NEWS);
  expect(heard).toEqual([]);
  snapshot.resolve({ first: FIRST, rest: async () => REST });
  await vi.waitFor(() => expect(heard).toEqual([FIRST, NEWS, REST]));
});

test('a view that has closed meanwhile is told nothing', async () => {
  const { heard, snapshot, onDisconnect } = await opened();
  await onDisconnect.happen();
  snapshot.resolve({ first: FIRST, rest: async () => REST });
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(heard).toEqual([]);
});

test('a view that cannot be told everything is told what happens', async () => {
  const { ports, heard, snapshot, failed } = await opened();
  ports.tell(NEWS);
  snapshot.reject(new Error('no storage'));
  await vi.waitFor(() => expect(heard).toEqual([NEWS]));
  expect(failed).toHaveBeenCalledOnce();
});

test('the site in front is the one that the view was opened for, or else the one below it', async () => {
  expect((await opened('?site=https%3A%2F%2Fagent.example')).fronts).toEqual(['https://agent.example']);
  expect((await opened()).fronts).toEqual(['https://below.example']);
});

test('what a view asks for is answered to it alone, under its number', async () => {
  const revoke = vi.fn(async () => DONE);
  const { heard, onMessage } = await opened('', { revoke });
  const other = await connected();
  await onMessage.happen({ kind: 'revoke', session: 's', id: 7 });
  await vi.waitFor(() => expect(heard).toEqual([{ kind: 'reply', id: 7, result: { ok: true } }]));
  expect(revoke).toHaveBeenCalledExactlyOnceWith({ kind: 'revoke', session: 's' });
  expect(other.heard).toEqual([]);
});

test('why something was not done is said to the view that waits for it: each failure by its code', async () => {
  const revoke = vi.fn<Commands['revoke']>();
  const { heard, failed, onMessage } = await opened('', { revoke });
  const fault = new TypeError('undefined is not a function');
  for (const [id, error] of [
    fault,
    new DOMException('no room', 'QuotaExceededError'),
    new DOMException('broken', 'UnknownError'),
    new HoldfastError('locked', 'The vault stayed locked'),
    new HoldfastError('session_ended', 'The session has ended'),
  ].entries()) {
    revoke.mockRejectedValueOnce(error);
    await onMessage.happen({ kind: 'revoke', session: 's', id });
    await vi.waitFor(() => expect(failed).toHaveBeenLastCalledWith(error));
  }
  revoke.mockResolvedValueOnce({ ok: false, code: 'wrong_passkey' });
  await onMessage.happen({ kind: 'revoke', session: 's', id: 5 });
  await vi.waitFor(() => expect(heard).toHaveLength(6));
  const codes = ['internal', 'storage_failed', 'storage_failed', 'locked', 'session_ended', 'wrong_passkey'];
  expect(heard).toEqual(codes.map((code, id) => ({ kind: 'reply', id, result: { ok: false, code } })));
  expect(failed).toHaveBeenCalledTimes(5);
});

test('a request that is not known is answered, and recorded', async () => {
  const { heard, failed, onMessage } = await opened();
  await onMessage.happen({ kind: 'revokeEverySession', id: 1 });
  await vi.waitFor(() => expect(heard).toEqual([{ kind: 'reply', id: 1, result: { ok: false, code: 'internal' } }]));
  expect(failed).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'message_invalid' }));
});

test('an answer comes after the news of what was changed', async () => {
  const news = deferred<undefined>();
  const { ports, heard, snapshot, onMessage } = await opened('', { lock: async () => DONE }, () => news.promise);
  snapshot.resolve({ first: FIRST, rest: async () => REST });
  await vi.waitFor(() => expect(heard).toEqual([FIRST, REST]));
  await onMessage.happen({ kind: 'lock', id: 1 });
  ports.tell(NEWS);
  news.resolve(undefined);
  await vi.waitFor(() => expect(heard).toEqual([FIRST, REST, NEWS, { kind: 'reply', id: 1, result: { ok: true } }]));
});

test('a view that was closed before its answer is told nothing', async () => {
  const doing = deferred<Result>();
  const { heard, failed, onMessage, onDisconnect } = await opened('', { lock: () => doing.promise });
  await onMessage.happen({ kind: 'lock', id: 1 });
  await onDisconnect.happen();
  doing.resolve(DONE);
  await new Promise((resolve) => setTimeout(resolve)); // whatever follows has run
  expect(heard).toEqual([]);
  expect(failed).not.toHaveBeenCalled();
});

test('a view is open until it is closed, and is told apart from others by its page', async () => {
  const { ports, onDisconnect } = await opened('?site=https%3A%2F%2Fagent.example');
  expect(ports.isOpen('popup.html')).toBe(true);
  expect(ports.isOpen('dashboard.html')).toBe(false);
  await onDisconnect.happen();
  expect(ports.isOpen('popup.html')).toBe(false);
});

function deferred<T = { first: UiUpdate; rest: () => Promise<UiUpdate> }>() {
  let resolve = (_: T): void => undefined;
  let reject = (_: Error): void => undefined;
  const promise = new Promise<T>((fulfil, fail) => {
    [resolve, reject] = [fulfil, fail];
  });
  return { promise, resolve, reject };
}

test('an error of a view’s own is told of, where it names nothing but places in Holdfast', async () => {
  const { changes, failed, onMessage } = await opened();
  const viewFailed = vi.fn();
  changes.on('viewFailed', viewFailed);
  const trace = { name: 'RangeError', places: ['assets/views-1.js:1:23'] };
  await onMessage.happen({ kind: 'failed', ...trace });
  expect(viewFailed).toHaveBeenCalledExactlyOnceWith({ kind: 'failed', ...trace });
  for (const place of ['Bearer real-access', 'x'.repeat(300)])
    await onMessage.happen({ kind: 'failed', ...trace, places: [place] });
  await vi.waitFor(() => expect(failed).toHaveBeenCalledTimes(2));
  expect(viewFailed).toHaveBeenCalledOnce();
});
