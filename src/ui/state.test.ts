import { beforeEach, expect, test, vi } from 'vitest';

const fake = vi.hoisted(() => ({ runtime: {} }));
vi.mock('./browser.ts', () => ({ default: fake }));

interface FakePort {
  readonly sent: { readonly id?: number }[];
  readonly onMessage: ReturnType<typeof createEvent>;
  readonly onDisconnect: ReturnType<typeof createEvent>;
}

function createEvent() {
  const listeners: ((given: unknown) => void)[] = [];
  return {
    addListener: (listener: (given: unknown) => void) => void listeners.push(listener),
    happen: async (given?: unknown) => {
      for (const listener of listeners) listener(given);
    },
  };
}

const ports: FakePort[] = [];
let state: typeof import('./state.ts');
beforeEach(async () => {
  ports.length = 0;
  Object.assign(fake.runtime, {
    connect() {
      const port = { sent: [] as FakePort['sent'], onMessage: createEvent(), onDisconnect: createEvent() };
      ports.push(port);
      return { ...port, postMessage: (message: { id?: number }) => void port.sent.push(message) };
    },
  });
  vi.resetModules();
  state = await import('./state.ts');
  state.connect();
});

const portNow = (): FakePort => {
  const port = ports.at(-1);
  if (!port) throw new Error('no port was opened');
  return port;
};
const reply = (id: number | undefined, result: unknown) => portNow().onMessage.happen({ kind: 'reply', id, result });

test('each request has the answer with its own number, in whatever order they come', async () => {
  const first = state.ask({ kind: 'revoke', session: 'one' });
  const second = state.ask({ kind: 'revoke', session: 'other' });
  const [one, other] = portNow().sent;
  expect([one, other]).toMatchObject([{ session: 'one' }, { session: 'other' }]);
  await reply(other?.id, { ok: false, code: 'locked' });
  await reply(one?.id, { ok: true });
  expect(await first).toEqual({ ok: true });
  expect(await second).toEqual({ ok: false, code: 'locked' });
});

test('what is not answered when the worker ends is gone, and the next worker is asked anew', async () => {
  state.show({ kind: 'look', session: 'one' });
  const lost = state.ask({ kind: 'lock' });
  await portNow().onDisconnect.happen();
  expect(await lost).toEqual({ ok: false, code: 'gone' });
  expect(ports).toHaveLength(2);
  expect(portNow().sent).toEqual([{ kind: 'look', session: 'one' }]);

  const next = state.ask({ kind: 'lock' });
  expect(portNow().sent).toHaveLength(2);
  await reply(portNow().sent[1]?.id, { ok: true });
  expect(await next).toEqual({ ok: true });
});

test('an answer that nobody waits for changes nothing', async () => {
  await reply(99, { ok: true });
  const asked = state.ask({ kind: 'lock' });
  await reply(portNow().sent[0]?.id, { ok: true });
  expect(await asked).toEqual({ ok: true });
});
