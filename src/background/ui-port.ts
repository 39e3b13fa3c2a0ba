import * as v from 'valibot';
import browser, { type Runtime } from 'webextension-polyfill';
import { UI_PORT, type UiUpdate } from '../messages/ui.ts';
import { UiRequest } from '../messages/ui-request.ts';

/** The border to Holdfast's own views. Only pages of the extension itself are heard. */
export function createUiPorts(snapshot: () => Promise<UiUpdate>, perform: (request: UiRequest) => Promise<void>) {
  const ports = new Set<Runtime.Port>();

  browser.runtime.onConnect.addListener((port) => {
    if (port.name !== UI_PORT || !isOurs(port)) return;
    void snapshot().then((update) => {
      port.postMessage(update);
      ports.add(port);
    });
    port.onDisconnect.addListener(() => ports.delete(port));
    port.onMessage.addListener((message: unknown) => {
      const decoded = v.safeParse(UiRequest, message);
      if (decoded.success) void perform(decoded.output);
    });
  });

  return {
    tell(update: UiUpdate): void {
      for (const port of ports) port.postMessage(update);
    },
    get isOpen(): boolean {
      return ports.size > 0;
    },
  };
}

function isOurs({ sender }: Runtime.Port): boolean {
  return sender?.id === browser.runtime.id && (sender?.url ?? '').startsWith(browser.runtime.getURL(''));
}
