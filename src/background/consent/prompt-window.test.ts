import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Ask } from '../../messages/ui.ts';
import { anOrigin } from '../../model/brands.fixture.ts';
import { createEvent } from '../browser/browser.fixture.ts';
import { createChanges } from '../changes.ts';
import { createAttention, POPUP } from './prompt-window.ts';

const fake = vi.hoisted(() => ({ action: {}, windows: {}, runtime: { getURL: (path: string) => path } }));
vi.mock('webextension-polyfill', () => ({ default: fake }));

const openPopup = vi.fn();
const create = vi.fn(async () => ({ id: 7 }));
const remove = vi.fn(async () => undefined);
const isOnToolbar = vi.fn();
let open: string[];
let asks: Ask[];
let onAdded: ReturnType<typeof createEvent>;
beforeEach(() => {
  vi.useFakeTimers();
  open = [];
  asks = [];
  vi.clearAllMocks();
  openPopup.mockResolvedValue(undefined);
  isOnToolbar.mockReturnValue(true);
  const getUserSettings = async () => ({ isOnToolbar: isOnToolbar() });
  onAdded = createEvent();
  Object.assign(fake, {
    ...{ action: { openPopup, getUserSettings }, windows: { create, remove }, permissions: { onAdded } },
  });
});
afterEach(() => vi.useRealTimers());

function attention() {
  const changes = createChanges();
  changes.on('failed', (error) => {
    throw error;
  });
  const { asksChrome } = createAttention({
    changes,
    isOpen: (page) => open.includes(page),
    asks: () => asks,
    now: Date.now,
  });
  return {
    asksChrome,
    showAsk: (question: Ask) => changes.carryOut('question', question),
    viewClosed: () => changes.carryOut('viewClosed'),
    settled: () => changes.tell('asks', AGENT),
    showLocked: () => changes.carryOut('vaultWanted'),
    granted: () => onAdded.happen(),
  };
}
type Attention = ReturnType<typeof attention>;

const AGENT = anOrigin('https://agent.example');
let count = 0;
const ask = (agent: string = AGENT): Ask => ({ id: `${count++}`, agent, origins: ['https://as.example'], until: 0 });

/** One more question of an agent. */
async function put({ showAsk }: Attention, agent: string = AGENT): Promise<void> {
  const question = ask(agent);
  asks.push(question);
  await showAsk(question);
}

async function closeView({ viewClosed }: Attention): Promise<void> {
  open = [];
  void viewClosed();
  await vi.advanceTimersByTimeAsync(200);
}

test('however many questions come at once, one window is opened for them', async () => {
  openPopup.mockRejectedValue(new Error('no focused window'));
  const desk = attention();
  await Promise.all(Array.from({ length: 50 }, (_, number) => put(desk, `https://agent-${number}.example`)));
  expect(create).toHaveBeenCalledTimes(1);
});

test('a popup that has just been opened, and has not connected yet, gets no window beside it', async () => {
  const desk = attention();
  await put(desk, 'https://a.example');
  await put(desk, 'https://b.example');
  expect(openPopup).toHaveBeenCalledTimes(1);
  expect(create).not.toHaveBeenCalled();
});

test('a popup that was closed before it connected leaves its question to a window', async () => {
  await put(attention());
  await vi.advanceTimersByTimeAsync(3_200);
  expect(create).toHaveBeenCalledTimes(1);
});

test('where the icon is not on the toolbar, the question stands in a window at once', async () => {
  isOnToolbar.mockReturnValue(false);
  await put(attention());
  expect(openPopup).not.toHaveBeenCalled();
  expect(create).toHaveBeenCalledWith(expect.objectContaining({ url: `${POPUP}?site=https%3A%2F%2Fagent.example` }));
});

test('a question whose view is closed stands in a window, once: a person who closes that too is left alone', async () => {
  const desk = attention();
  await put(desk);
  open = [POPUP];
  await put(desk);
  await closeView(desk);
  expect(create).toHaveBeenCalledTimes(1);
  open = [POPUP];
  await closeView(desk);
  await put(desk);
  expect(create).toHaveBeenCalledTimes(1);
});

test('a question that ends with its page, which closes the popup too, gets no window', async () => {
  const desk = attention();
  await put(desk);
  open = [POPUP];
  asks = [];
  await closeView(desk);
  expect(create).not.toHaveBeenCalled();
});

test('a question that was left to the badge gets no window when a view is closed', async () => {
  const desk = attention();
  asks.push(ask());
  open = [POPUP];
  await closeView(desk);
  expect(create).not.toHaveBeenCalled();
});

test('another view than the popup shows no question', async () => {
  open = ['src/ui/dashboard/index.html'];
  await put(attention());
  expect(openPopup).toHaveBeenCalledTimes(1);
});

test('Chrome’s own dialog, which closes the popup, has its time; after it the question is there again', async () => {
  const desk = attention();
  await put(desk);
  open = [POPUP];
  desk.asksChrome(true);
  await closeView(desk);
  await vi.advanceTimersByTimeAsync(14_799);
  expect(create).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(create).toHaveBeenCalledTimes(1);
});

test('the window goes when its last question has ended, and stays for one that follows at once', async () => {
  isOnToolbar.mockReturnValue(false);
  const desk = attention();
  await put(desk);
  open = [POPUP];
  asks = [];
  desk.settled();
  await put(desk);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(remove).not.toHaveBeenCalled();
  asks = [];
  desk.settled();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(remove).toHaveBeenCalledExactlyOnceWith(7);
});

test('the popup is back when Chrome was told yes, and only if the popup asked and nobody waits for the answer', async () => {
  const desk = attention();
  desk.asksChrome(false);
  await desk.granted();
  open = [POPUP];
  desk.asksChrome(true);
  open = [];
  await desk.granted();
  expect(openPopup).not.toHaveBeenCalled();
  open = [POPUP];
  desk.asksChrome(false);
  open = [];
  await desk.granted();
  await desk.granted();
  expect(openPopup).toHaveBeenCalledTimes(1);

  open = [POPUP];
  desk.asksChrome(false);
  open = [];
  await vi.advanceTimersByTimeAsync(120_000);
  await desk.granted();
  expect(openPopup).toHaveBeenCalledTimes(1);
});

test('a locked vault is said in the popup, or asks for the passkey where Chrome does not open it', async () => {
  const desk = attention();
  await desk.showLocked();
  expect(openPopup).toHaveBeenCalledTimes(1);
  isOnToolbar.mockReturnValue(false);
  await vi.advanceTimersByTimeAsync(3_000);
  await desk.showLocked();
  expect(create).toHaveBeenCalledWith(expect.objectContaining({ url: expect.stringMatching(/lock.*#unlock$/) }));
});
