import type { CDPSession, Page } from '@playwright/test';

interface Target {
  readonly targetId: string;
  readonly type: string;
  readonly url: string;
}

/**
 * Opens Chrome's own DevTools for a page. Playwright hides them; the browser's own debugging protocol does not.
 *
 * @returns `devtools`: the target that they are
 */
export async function openDevTools(page: Page) {
  const browser = await page.context().browser()?.newBrowserCDPSession();
  if (!browser) throw new Error('there is no browser to debug');
  const debugged = await page.context().newCDPSession(page);
  const { targetInfo } = await debugged.send('Target.getTargetInfo');
  await debugged.detach();
  const { targetId: devtools } = await browser.send('Target.openDevTools', { targetId: targetInfo.targetId });

  async function targets(): Promise<readonly Target[]> {
    const { targetInfos } = await (browser as CDPSession).send('Target.getTargets', { filter: [{}] });
    return targetInfos;
  }

  /** The value of an expression in a target; a promise is waited for. */
  async function evaluate<Value>(targetId: string, expression: string): Promise<Value> {
    const session = browser as CDPSession;
    const { sessionId } = await session.send('Target.attachToTarget', { targetId, flatten: false });
    const answer = new Promise<Value>((resolve, reject) => {
      session.on('Target.receivedMessageFromTarget', ({ sessionId: from, message }) => {
        const { id, result } = JSON.parse(message);
        if (from !== sessionId || id !== 1) return;
        if (result?.exceptionDetails) reject(new Error(JSON.stringify(result.exceptionDetails)));
        else resolve(result?.result?.value);
      });
    });
    const params = { expression, awaitPromise: true, returnByValue: true };
    const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params });
    await session.send('Target.sendMessageToTarget', { sessionId, message });
    const value = await answer;
    await session.send('Target.detachFromTarget', { sessionId });
    return value;
  }

  return { devtools, targets, evaluate };
}
