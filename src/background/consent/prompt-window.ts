import browser from 'webextension-polyfill';
import type { Ask } from '../../messages/ui.ts';
import { CHROME_ANSWER_MS } from '../../model/lifetimes.ts';
import { LOCK_PAGE } from '../../model/lock.ts';
import { openSmall } from '../../model/small-window.ts';
import type { Changes } from '../changes.ts';
import type { Front } from './front.ts';

/** The popup's page, also where it is opened in a window of its own. */
export const POPUP = 'src/ui/popup/index.html';

/** A view that was opened has connected within this time, in milliseconds. */
const OPENING = 3_000;

/** Where a page is closed with the popup over it, its question ends within this time, in milliseconds. */
const GRACE = 200;

/** Chrome's own dialog closes the popup. A person who has not said yes there within this time has said no, in milliseconds. */
const DIALOG = 15_000;

/** A window is closed so long after its last question, in milliseconds: another may follow from the first one's answer. */
const LINGER = 2_000;

/** In pixels. Chrome cuts its own question for permission off where its window is narrower. */
const ASK_WINDOW = { width: 520, height: 560 };

interface Surroundings {
  readonly changes: Changes;
  /** Whether a view is connected that shows what is asked. */
  readonly isOpen: (page: string) => boolean;
  readonly front: Pick<Front, 'has' | 'onChange'>;
  /** The questions that are open. */
  readonly asks: () => readonly Ask[];
  /** Milliseconds. */
  readonly now: () => number;
}

/**
 * Shows open questions to the person: in the popup or, where Chrome does not open it or nobody would see it, in a small
 * window. A view shows all open questions, so that no second one is opened beside it. For the questions that an agent has
 * open at one time, the popup is opened once, and a window once. A question of an agent that is not in front waits for that:
 * until then only the badge says that it is there.
 */
export function createPromptWindow({ changes, isOpen, front, asks, now }: Surroundings) {
  const opened = { asks: Number.NEGATIVE_INFINITY, lock: Number.NEGATIVE_INFINITY };
  /** How the open questions of an agent were brought up last. */
  const brought = new Map<string, 'view' | 'window'>();
  /** Agents whose questions wait until they are in front. */
  const behind = new Set<string>();
  /** Windows that were opened for questions. */
  const windows = new Set<number>();
  let dialogUntil = Number.NEGATIVE_INFINITY;
  let popupUntil = Number.NEGATIVE_INFINITY;

  changes.on('question', showAsk);
  changes.on('asks', settled);
  changes.on('vaultWanted', showLocked);
  changes.on('viewClosed', viewClosed);
  front.onChange(() => void cameForward().catch(changes.failed));
  browser.permissions.onAdded.addListener(() => void granted().catch(changes.failed));

  const isShown = (): boolean => isOpen(POPUP);

  async function showAsk({ agent }: Ask): Promise<void> {
    if (brought.get(agent) === 'window') return;
    if (!isShown() && !(await front.has(agent))) return void behind.add(agent);
    const isAgain = brought.has(agent);
    brought.set(agent, 'view');
    if (isShown() || now() - opened.asks < OPENING) return;
    opened.asks = now();
    if (isAgain || !(await isOnToolbar()) || !(await openPopup())) return openWindow(agent);
    // Closed before it has connected, it leaves no other trace.
    setTimeout(() => void viewClosed().catch(changes.failed), OPENING);
  }

  /** A question whose view was closed gets a window, because its agent still waits. */
  async function viewClosed(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, Math.max(GRACE, dialogUntil - now())));
    for (const { agent } of asks()) {
      if (brought.get(agent) !== 'view' || isShown()) continue;
      if (await front.has(agent)) return openWindow(agent);
      behind.add(agent);
    }
  }

  /** Another tab is in front. */
  async function cameForward(): Promise<void> {
    for (const ask of asks()) {
      if (!behind.has(ask.agent) || !(await front.has(ask.agent))) continue;
      behind.delete(ask.agent);
      if (brought.has(ask.agent) && !isShown()) return openWindow(ask.agent); // its view was closed
      await showAsk(ask);
    }
  }

  async function openWindow(agent: string): Promise<void> {
    for (const ask of asks()) brought.set(ask.agent, 'window');
    opened.asks = now();
    const { id } = await open(`${POPUP}?site=${encodeURIComponent(agent)}&window=`, ASK_WINDOW);
    if (id !== undefined) windows.add(id);
    settled();
  }

  /** There are fewer questions. */
  function settled(): void {
    const waiting = new Set(asks().map(({ agent }) => agent));
    for (const agent of brought.keys()) if (!waiting.has(agent)) brought.delete(agent);
    for (const agent of behind) if (!waiting.has(agent)) behind.delete(agent);
    if (waiting.size === 0 && windows.size > 0) setTimeout(() => void closeWindows().catch(changes.failed), LINGER);
  }

  async function closeWindows(): Promise<void> {
    if (asks().length > 0) return;
    const done = [...windows];
    windows.clear();
    // The person may have closed it.
    await Promise.all(done.map((id) => browser.windows.remove(id).catch(() => undefined)));
  }

  /** Says in the popup that an agent waits for the vault; where Chrome does not open it, asks for the passkey. */
  async function showLocked(): Promise<void> {
    const { path, ...size } = LOCK_PAGE;
    if (isShown() || isOpen(path) || now() - opened.lock < OPENING) return;
    opened.lock = now();
    if (!(await isOnToolbar()) || !(await openPopup())) await open(`${path}#unlock`, size);
  }

  /** Chrome was told to let Holdfast into more sites: the popup that its dialog has closed says what comes next. */
  async function granted(): Promise<void> {
    const isWanted = now() < popupUntil;
    dialogUntil = popupUntil = Number.NEGATIVE_INFINITY;
    if (isWanted && !isShown()) await openPopup();
  }

  return {
    /** A view is about to ask Chrome for a permission. @param isAnswer for a question: its agent goes on then */
    asksChrome(isAnswer: boolean): void {
      dialogUntil = now() + DIALOG;
      popupUntil = isAnswer || !isShown() ? Number.NEGATIVE_INFINITY : now() + CHROME_ANSWER_MS;
    },
  };
}

export type PromptWindow = ReturnType<typeof createPromptWindow>;

/** Where the icon is not on the toolbar, the popup goes with the next click anywhere, and nothing is left to be seen. */
async function isOnToolbar(): Promise<boolean> {
  return (await browser.action.getUserSettings()).isOnToolbar === true;
}

/** False where Chrome does not open it: there is no focused window, or a popup already. Chrome says no more than that. */
function openPopup(): Promise<boolean> {
  return browser.action.openPopup().then(
    () => true,
    () => false,
  );
}

function open(path: string, size: { width: number; height: number }) {
  return openSmall(browser.windows, browser.runtime.getURL(path), size);
}
