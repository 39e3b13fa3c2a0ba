import { GIVEN, PAGE_PORT, TAKEN, WANTED } from '../messages/handshake.ts';
import { LONGEST_BODY } from '../messages/limits.ts';
import type { Envelope, PageReply, Recall } from '../messages/page.ts';

/** A request is sent again when the background dies before it answers; so many times in all. */
const TRIES = 3;

/** A request that waits keeps the background awake, in milliseconds: Chrome ends it after thirty seconds without an event. */
const KEEP_AWAKE = 20_000;

/** Proofs that were made ahead are used within this time, in milliseconds. */
const AHEAD = 3_000;

/** The relay's own first message; the wrapper counts from one. */
const HELLO = 0;

/** Takes the wrapper's port, and carries messages between it and the background. It decides nothing. */
function relay(): void {
  const waiting = new Map<number, { readonly message: Envelope<unknown>; tries: number }>();
  let page: MessagePort | undefined;
  let background: chrome.runtime.Port | undefined;
  let answered = -Infinity;

  addEventListener(GIVEN, take);
  dispatchEvent(new Event(WANTED));
  send({ id: HELLO, body: { kind: 'hello' } });
  setInterval(() => waiting.size > 0 && background?.postMessage({ awake: true }), KEEP_AWAKE);

  function take(event: Event): void {
    page = (event as MessageEvent).ports[0];
    if (!page) return;
    removeEventListener(GIVEN, take);
    page.onmessage = ({ data }) => accept(data);
    dispatchEvent(new Event(TAKEN));
  }

  /** What hostile script may say ends here if it is no envelope, or longer than any that the wrapper sends. */
  function accept(message: Envelope<unknown>): void {
    if (!Number.isSafeInteger(message?.id) || message.id <= HELLO || waiting.has(message.id)) return;
    if (JSON.stringify(message).length > 2 * LONGEST_BODY) answer({ id: message.id, body: { kind: 'native' } });
    else send(message);
  }

  function send(message: Envelope<unknown>): void {
    const tries = (waiting.get(message.id)?.tries ?? 0) + 1;
    waiting.set(message.id, { message, tries });
    const port = tries > TRIES ? undefined : connected();
    if (port) port.postMessage(message);
    else answer({ id: message.id, body: { kind: 'native' } });
  }

  /** Undefined when the extension was reloaded or removed: then the page goes on as without it. */
  function connected(): chrome.runtime.Port | undefined {
    if (background) return background;
    try {
      background = chrome.runtime.connect({ name: PAGE_PORT });
    } catch {
      return undefined;
    }
    background.onMessage.addListener(answer);
    background.onDisconnect.addListener(() => {
      background = undefined;
      // With the worker goes what it presents: proofs that it has made ahead are worthless.
      if (Date.now() - answered < AHEAD) page?.postMessage({ recall: true } satisfies Recall);
      for (const { message } of [...waiting.values()]) send(message);
    });
    return background;
  }

  function answer(reply: Envelope<PageReply> | Recall): void {
    if ('id' in reply) waiting.delete(reply.id);
    answered = Date.now();
    page?.postMessage(reply);
  }
}

relay();
