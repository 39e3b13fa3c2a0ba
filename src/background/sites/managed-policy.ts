import browser from 'webextension-polyfill';

/**
 * So long is waited for managed storage, in milliseconds. Right after Chrome has started it may take its time, for an
 * unpacked extension without end; no page's protection may hang on that.
 */
const PATIENCE = 50;

/** What an organization has set. @param late is called when it came after somebody had gone on without it */
export function createManaged(late: () => void, failed: (error: unknown) => void) {
  let asked: Promise<unknown> | undefined;

  function ask(): Promise<unknown> {
    // Without an organization there is no such storage: that is no policy.
    asked ??= browser.storage.managed.get().catch(() => ({}));
    return asked;
  }

  return {
    async get(): Promise<unknown> {
      const given = ask();
      const patience = new Promise<undefined>((resolve) => setTimeout(resolve, PATIENCE));
      const known = await Promise.race([given, patience]);
      if (known === undefined) void given.then(late).catch(failed);
      return known ?? {};
    },
    /** It was set anew. */
    forget(): void {
      asked = undefined;
    },
  };
}
