import type { Browser } from './world.ts';

/** How long the background waits for a reply to a request with a token, in milliseconds (`network.ts`). */
const TOKEN_REPLY = 30_000;

/** Lets a test end the background's waits for a token endpoint's reply now, instead of after half a minute. */
export async function holdReplyLimit({ worker }: Browser): Promise<{ runOut: () => Promise<void> }> {
  const background = await worker();
  await background.evaluate((limit) => {
    const native = AbortSignal.timeout.bind(AbortSignal);
    const waits: AbortController[] = [];
    AbortSignal.timeout = (milliseconds) => {
      if (milliseconds !== limit) return native(milliseconds);
      const wait = new AbortController();
      waits.push(wait);
      return AbortSignal.any([wait.signal, native(milliseconds)]);
    };
    Object.assign(globalThis, {
      runOut: () => {
        for (const wait of waits.splice(0)) wait.abort(new DOMException('', 'TimeoutError'));
      },
    });
  }, TOKEN_REPLY);
  return { runOut: () => background.evaluate(() => (globalThis as unknown as { runOut(): void }).runOut()) };
}
