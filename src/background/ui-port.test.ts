import { beforeEach, expect, test, vi } from 'vitest';
import type { UiUpdate } from '../messages/ui.ts';
import { createEvent } from './browser.fixture.ts';
import { createUiPorts } from './ui-port.ts';

const fake = vi.hoisted(() => ({ runtime: {}, tabs: {} }));
vi.mock('webextension-polyfill', () => ({ default: fake }));

const OURS = 'chrome-extension://own/';
const FIRST = { kind: 'asks', asks: [] } as const satisfies UiUpdate;
const REST = { kind: 'sessions', changed: [], removed: ['rest'] } as const satisfies UiUpdate;
const NEWS = { kind: 'trouble', trouble: 'storage_full' } as const satisfies UiUpdate;

let onConnect: ReturnType<typeof createEvent>;
beforeEach(() => {
  onConnect = createEvent();
  const runtime = { id: 'own', getURL: () => OURS, onConnect };
  Object.assign(fake, { runtime, tabs: { query: async () => [{ url: 'https://below.example/page' }] } });
});

/** A view that opens; the background's first word is the test's to give. */
async function opened(query = '') {
  const snapshot = deferred();
  const fronts: (string | undefined)[] = [];
  const failed = vi.fn();
  const ports = createUiPorts({
    snapshot: async (front) => {
      fronts.push(await front());
      return snapshot.promise;
    },
    ...{ begin: async () => undefined, perform: async () => undefined, inspecting: () => undefined, failed },
  });
  const heard: UiUpdate[] = [];
  const onDisconnect = createEvent();
  const sender = { id: 'own', url: `${OURS}popup.html${query}` };
  const postMessage = (update: UiUpdate) => void heard.push(update);
  await onConnect.happen({ name: 'ui', sender, postMessage, onDisconnect, onMessage: createEvent() });
  return { ports, heard, fronts, failed, onDisconnect, snapshot };
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

function deferred() {
  type Snapshot = { first: UiUpdate; rest: () => Promise<UiUpdate> };
  let resolve = (_: Snapshot): void => undefined;
  let reject = (_: Error): void => undefined;
  const promise = new Promise<Snapshot>((fulfil, fail) => {
    [resolve, reject] = [fulfil, fail];
  });
  return { promise, resolve, reject };
}
