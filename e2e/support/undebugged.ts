import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { EXTENSION } from '../../src/demo/chromium.ts';
import { findChromium } from '../../src/demo/setup.mjs';

interface Answer {
  readonly id?: number;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

interface Target {
  readonly targetId: string;
  readonly type: string;
  readonly url: string;
}

/**
 * A Chromium with the extension whose worker may sleep: Playwright attaches a debugger to every worker, and Chrome keeps a
 * worker awake that is debugged. It speaks the DevTools protocol over a pipe, to pages only.
 */
export async function startUndebugged(profile: string) {
  const browser = spawn(
    findChromium() ?? '',
    [
      '--headless=new',
      '--remote-debugging-pipe',
      `--user-data-dir=${profile}`,
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      `--load-extension=${EXTENSION}`,
      `--disable-extensions-except=${EXTENSION}`,
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const exited = new Promise((resolve) => browser.once('exit', resolve));
  const [, , , commands, answers] = browser.stdio as unknown as [null, null, null, Writable, Readable];
  const waiting = new Map<number, (answer: Answer) => void>();
  let last = 0;
  let unread = '';
  answers.setEncoding('utf8').on('data', (chunk: string) => {
    const messages = (unread + chunk).split('\0');
    unread = messages.pop() ?? '';
    for (const message of messages) {
      const answer = JSON.parse(message) as Answer;
      if (answer.id !== undefined) waiting.get(answer.id)?.(answer);
    }
  });

  async function send(method: string, params: object = {}, sessionId?: string): Promise<Record<string, unknown>> {
    last += 1;
    const id = last;
    const answer = new Promise<Answer>((resolve) => waiting.set(id, resolve));
    commands.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    const { result, error } = await answer;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result ?? {};
  }

  async function open(url: string) {
    const { targetId } = await send('Target.createTarget', { url });
    const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
    return {
      /** The value of an expression, or of what it promises. */
      async evaluate(expression: string): Promise<unknown> {
        const params = { expression, awaitPromise: true, returnByValue: true };
        const { result, exceptionDetails } = await send('Runtime.evaluate', params, String(sessionId));
        if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
        return (result as { value?: unknown }).value;
      },
      close: () => send('Target.closeTarget', { targetId }),
    };
  }

  return {
    open,
    /** Whether the extension's worker runs. */
    async isAwake(): Promise<boolean> {
      const { targetInfos } = await send('Target.getTargets');
      return (targetInfos as Target[]).some(
        ({ type, url }) => type === 'service_worker' && url.startsWith('chrome-extension:'),
      );
    },
    async close(): Promise<void> {
      await send('Browser.close');
      await exited;
    },
  };
}
