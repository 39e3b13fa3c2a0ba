import browser from 'webextension-polyfill';

/**
 * So long is waited for managed storage, in milliseconds. Right after Chrome has started it may take its time, for an
 * unpacked extension without end; no page's protection may hang on that.
 */
const PATIENCE = 50;

/** What was read last, in `storage.local`. */
const KEPT = 'managedPolicy';

/**
 * What an organization has set. While Chrome has not told it, the last that was read holds. Where none ever was, there is
 * none: most browsers are nobody's, Chrome may never answer in them, and each worker asks when it starts, long before a person
 * can protect the first site.
 *
 * @param late is called when it came after somebody had gone on without it
 */
export function createManaged(late: () => void, failed: (error: unknown) => void) {
  let last: Promise<unknown> = browser.storage.local.get(KEPT).then(({ [KEPT]: kept }) => kept ?? {});
  let asked = ask();
  last.catch(failed);

  async function ask(): Promise<unknown> {
    let told: unknown;
    try {
      told = await browser.storage.managed.get();
    } catch {
      return last; // a browser without such storage, or one that cannot read it now
    }
    const before = last;
    last = Promise.resolve(told);
    void keep(told, before).catch(failed);
    return told;
  }

  async function keep(told: unknown, before: Promise<unknown>): Promise<void> {
    const isNew = JSON.stringify(told) !== JSON.stringify(await before.catch(() => undefined));
    if (isNew) await browser.storage.local.set({ [KEPT]: told });
  }

  return {
    async get(): Promise<unknown> {
      const given = asked;
      const isLate = Symbol();
      const patience = new Promise<symbol>((resolve) => setTimeout(resolve, PATIENCE, isLate));
      const told = await Promise.race([given, patience]);
      if (told !== isLate) return told;
      void given.then(late).catch(failed);
      return last;
    },
    /** It was set anew. */
    forget(): void {
      asked = ask();
    },
  };
}
