import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Ask } from '../../messages/ui.ts';
import { anOrigin } from '../../model/brands.fixture.ts';
import { createEvent } from '../browser/browser.fixture.ts';
import { createChanges } from '../changes.ts';
import { createPromptWindow, POPUP } from './prompt-window.ts';

const fake = vi.hoisted(() => ({ action: {}, windows: {}, runtime: { getURL: (path: string) => path } }));
vi.mock('webextension-polyfill', () => ({ default: fake }));

const openPopup = vi.fn();
const create = vi.fn(async () => ({ id: 7 }));
const remove = vi.fn(async () => undefined);
const isOnToolbar = vi.fn();
let open: string[];
let asks: Ask[];
/** Agents that are in front; undefined: whichever asks. */
let inFront: string[] | undefined;
let onAdded: ReturnType<typeof createEvent>;
beforeEach(() => {
  vi.useFakeTimers();
  open = [];
  asks = [];
  inFront = undefined;
  vi.clearAllMocks();
  openPopup.mockResolvedValue(undefined);
  isOnToolbar.mockReturnValue(true);
  const getUserSettings = async () => ({ isOnToolbar: isOnToolbar() });
  onAdded = createEvent();
  Object.assign(fake, {
    ...{
      action: { openPopup, getUserSettings },
      windows: { create, remove, getLastFocused: async () => ({ left: 100, top: 50, width: 1000 }) },
      permissions: { onAdded },
    },
  });
});
afterEach(() => vi.useRealTimers());

function setUp() {
  const changes = createChanges();
  changes.on('failed', (error) => {
    throw error;
  });
  let cameForward = (): void => undefined;
  const { asksChrome } = createPromptWindow({
    changes,
    front: {
      has: async (agent) => inFront?.includes(agent) ?? true,
      onChange(listener) {
        cameForward = listener;
      },
    },
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
    async bringToFront(...agents: string[]) {
      inFront = agents;
      cameForward();
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}
type PromptWindow = ReturnType<typeof setUp>;

const AGENT = anOrigin('https://agent.example');
let count = 0;
const ask = (agent: string = AGENT): Ask => ({ id: `${count++}`, agent, origins: ['https://as.example'], until: 0 });

/** One more question of an agent. */
async function put({ showAsk }: PromptWindow, agent: string = AGENT): Promise<void> {
  const question = ask(agent);
  asks.push(question);
  await showAsk(question);
}

async function closeView({ viewClosed }: PromptWindow): Promise<void> {
  open = [];
  void viewClosed();
  await vi.advanceTimersByTimeAsync(200);
}

test('however many questions come at once, one window is opened for them', async () => {
  openPopup.mockRejectedValue(new Error('no focused window'));
  const prompts = setUp();
  await Promise.all(Array.from({ length: 50 }, (_, number) => put(prompts, `https://agent-${number}.example`)));
  expect(create).toHaveBeenCalledTimes(1);
});

test('a popup that has just been opened, and has not connected yet, gets no window beside it', async () => {
  const prompts = setUp();
  await put(prompts, 'https://a.example');
  await put(prompts, 'https://b.example');
  expect(openPopup).toHaveBeenCalledTimes(1);
  expect(create).not.toHaveBeenCalled();
});

test('a popup that was closed before it connected leaves its question to a window', async () => {
  await put(setUp());
  await vi.advanceTimersByTimeAsync(3_200);
  expect(create).toHaveBeenCalledTimes(1);
});

test('where the icon is not on the toolbar, the question stands in a window at once', async () => {
  isOnToolbar.mockReturnValue(false);
  await put(setUp());
  expect(openPopup).not.toHaveBeenCalled();
  expect(create).toHaveBeenCalledWith(
    expect.objectContaining({ url: `${POPUP}?site=https%3A%2F%2Fagent.example&window=` }),
  );
});

test('a question whose view is closed stands in a window, once: a person who closes that too is left alone', async () => {
  const prompts = setUp();
  await put(prompts);
  open = [POPUP];
  await put(prompts);
  await closeView(prompts);
  expect(create).toHaveBeenCalledTimes(1);
  open = [POPUP];
  await closeView(prompts);
  await put(prompts);
  expect(create).toHaveBeenCalledTimes(1);
});

test('a question that ends with its page, which closes the popup too, gets no window', async () => {
  const prompts = setUp();
  await put(prompts);
  open = [POPUP];
  asks = [];
  await closeView(prompts);
  expect(create).not.toHaveBeenCalled();
});

test('a question that was left to the badge gets no window when a view is closed', async () => {
  const prompts = setUp();
  asks.push(ask());
  open = [POPUP];
  await closeView(prompts);
  expect(create).not.toHaveBeenCalled();
});

test('another view than the popup shows no question', async () => {
  open = ['src/ui/dashboard/index.html'];
  await put(setUp());
  expect(openPopup).toHaveBeenCalledTimes(1);
});

test('Chrome’s own dialog, which closes the popup, has its time; after it the question is there again', async () => {
  const prompts = setUp();
  await put(prompts);
  open = [POPUP];
  prompts.asksChrome(true);
  await closeView(prompts);
  await vi.advanceTimersByTimeAsync(14_799);
  expect(create).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(create).toHaveBeenCalledTimes(1);
});

test('the window goes when its last question has ended, and stays for one that follows at once', async () => {
  isOnToolbar.mockReturnValue(false);
  const prompts = setUp();
  await put(prompts);
  open = [POPUP];
  asks = [];
  prompts.settled();
  await put(prompts);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(remove).not.toHaveBeenCalled();
  asks = [];
  prompts.settled();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(remove).toHaveBeenCalledExactlyOnceWith(7);
});

test('the popup is back when Chrome was told yes, and only if the popup asked and nobody waits for the answer', async () => {
  const prompts = setUp();
  prompts.asksChrome(false);
  await prompts.granted();
  open = [POPUP];
  prompts.asksChrome(true);
  open = [];
  await prompts.granted();
  expect(openPopup).not.toHaveBeenCalled();
  open = [POPUP];
  prompts.asksChrome(false);
  open = [];
  await prompts.granted();
  await prompts.granted();
  expect(openPopup).toHaveBeenCalledTimes(1);

  open = [POPUP];
  prompts.asksChrome(false);
  open = [];
  await vi.advanceTimersByTimeAsync(120_000);
  await prompts.granted();
  expect(openPopup).toHaveBeenCalledTimes(1);
});

test('a locked vault is said in the popup, or asks for the passkey where Chrome does not open it', async () => {
  const prompts = setUp();
  await prompts.showLocked();
  expect(openPopup).toHaveBeenCalledTimes(1);
  isOnToolbar.mockReturnValue(false);
  await vi.advanceTimersByTimeAsync(3_000);
  await prompts.showLocked();
  expect(create).toHaveBeenCalledWith(expect.objectContaining({ url: expect.stringMatching(/lock.*#unlock$/) }));
});

describe('the question of an agent that is not in front', () => {
  const BESIDE = 'https://beside.example';

  test('opens nothing until it is, and is then shown once', async () => {
    const prompts = setUp();
    inFront = [BESIDE];
    await put(prompts);
    await prompts.bringToFront(BESIDE);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(openPopup).not.toHaveBeenCalled();
    expect(create).not.toHaveBeenCalled();
    await prompts.bringToFront(AGENT);
    expect(openPopup).toHaveBeenCalledTimes(1);
    open = [POPUP];
    await prompts.bringToFront(AGENT);
    expect(openPopup).toHaveBeenCalledTimes(1);
  });

  test('opens nothing any more when it has ended', async () => {
    const prompts = setUp();
    inFront = [];
    await put(prompts);
    asks = [];
    prompts.settled();
    await prompts.bringToFront(AGENT);
    expect(openPopup).not.toHaveBeenCalled();
  });

  test('whose view was closed with its tab gets its window when the tab is there again', async () => {
    const prompts = setUp();
    await put(prompts);
    open = [POPUP];
    inFront = [BESIDE];
    await closeView(prompts);
    expect(create).not.toHaveBeenCalled();
    await prompts.bringToFront(AGENT);
    expect(create).toHaveBeenCalledTimes(1);
    await put(prompts);
    await prompts.bringToFront(AGENT);
    expect(create).toHaveBeenCalledTimes(1);
  });

  test('keeps no window from another that is', async () => {
    const prompts = setUp();
    inFront = [BESIDE];
    await put(prompts);
    await put(prompts, BESIDE);
    expect(openPopup).toHaveBeenCalledTimes(1);
  });
});
