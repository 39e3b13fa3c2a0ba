import { addressOf, type Extended } from './extension-page.ts';

/** The person says no, from now on, to whatever an agent asks for: what the popup's button does, without its picture. */
export async function declineAll({ context, id }: Extended, agent: string): Promise<void> {
  const view = await context.newPage();
  await view.goto(`${addressOf(id)}?site=${encodeURIComponent(agent)}`);
  await view.evaluate((origin) => {
    const port = chrome.runtime.connect({ name: 'ui' });
    port.onMessage.addListener(({ asks = [] }: { asks?: { id: string; agent: string }[] }) => {
      for (const ask of asks) if (ask.agent === origin) port.postMessage({ kind: 'decline', ask: ask.id, id: 1 });
    });
  }, agent);
}
