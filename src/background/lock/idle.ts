import browser, { type Idle } from 'webextension-polyfill';
import { IDLE_MINUTES, type IdleMinutes } from '../../model/lock.ts';

/**
 * Locks when the person has been away for so long, or the screen is locked. The permission `idle` is asked for when the
 * lock is turned on; without it nothing is heard.
 */
export function createIdleLock(lock: () => Promise<void>, failed: (error: unknown) => void) {
  const heard = (state: Idle.IdleState): void => {
    if (state !== 'active') void lock().catch(failed);
  };
  listen();
  browser.permissions.onAdded.addListener(listen);

  function listen(): void {
    const idle: Idle.Static | undefined = browser.idle;
    if (!idle || idle.onStateChanged.hasListener(heard)) return;
    idle.onStateChanged.addListener(heard);
    void minutes().then(watch).catch(failed);
  }

  /** A person who left while no worker was awake is not heard to leave: hence the look at how it is now. */
  async function watch(after: IdleMinutes): Promise<void> {
    const idle: Idle.Static | undefined = browser.idle;
    if (!idle) return;
    idle.setDetectionInterval(after * 60);
    heard(await idle.queryState(after * 60));
  }

  async function minutes(): Promise<IdleMinutes> {
    const { lockAfter } = await browser.storage.local.get('lockAfter');
    return IDLE_MINUTES.find((known) => known === lockAfter) ?? IDLE_MINUTES[0];
  }

  async function setMinutes(after: IdleMinutes): Promise<void> {
    await browser.storage.local.set({ lockAfter: after });
    await watch(after);
  }

  return { minutes, setMinutes };
}
