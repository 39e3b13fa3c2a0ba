import { beforeEach, expect, test, vi } from 'vitest';
import type { UiUpdate } from '../../messages/ui.ts';
import { createEvent } from '../browser/browser.fixture.ts';
import { createUiPorts } from './view-port.ts';

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
async function opened(query = '', perform: () => Promise<void> = async () => undefined) {
  const snapshot = deferred();
  const fronts: (string | undefined)[] = [];
  const failed = vi.fn();
  const ports = createUiPorts({
    snapshot: async (front) => {
      fronts.push(await front());
      return snapshot.promise;
    },
    ...{ begin: async () => undefined, perform, inspecting: () => undefined, failed, closed: () => undefined },
  });
  const heard: UiUpdate[] = [];
  const [onDisconnect, onMessage] = [createEvent(), createEvent()];
  const sender = { id: 'own', url: `${OURS}popup.html${query}` };
  const postMessage = (update: UiUpdate) => void heard.push(update);
  await onConnect.happen({ name: 'ui', sender, postMessage, onDisconnect, onMessage });
  return { ports, heard, fronts, failed, onDisconnect, onMessage, snapshot };
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

test('what the person asked for and was not done is said to the view that waits for it', async () => {
  const full = new Error('no room');
  const { heard, failed, onMessage, snapshot } = await opened('', () => Promise.reject(full));
  snapshot.resolve({ first: FIRST, rest: async () => REST });
  await onMessage.happen({ kind: 'revoke', session: 's' });
  await vi.waitFor(() => expect(heard).toContainEqual({ kind: 'notDone', request: 'revoke', session: 's' }));
  await vi.waitFor(() => expect(failed).toHaveBeenCalledWith(full));
});

test('a view is open until it is closed, and is told apart from others by its page', async () => {
  const { ports, onDisconnect } = await opened('?site=https%3A%2F%2Fagent.example');
  expect(ports.isOpen('popup.html')).toBe(true);
  expect(ports.isOpen('dashboard.html')).toBe(false);
  await onDisconnect.happen();
  expect(ports.isOpen('popup.html')).toBe(false);
});

function deferred() {
  type Snapshot = { first: UiUpdate; rest: () => Promise<UiUpdate> };
  let resolve = (_: Snapshot): void => undefined;
  let reject = (_: Error): void => undefined;
  const promise = new Promise<Snapshot>((fulfil, fail) => {
    [resolve, reject] = [fulfil, fail];
  });
  return { promise, resolve, reject };
}
