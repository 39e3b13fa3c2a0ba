import { GIVEN, PAGE_PORT, TAKEN, WANTED } from '../messages/handshake.ts';
import type { Envelope, PageReply, Recall } from '../messages/page.ts';
import { afterFault, unanswered, unread } from '../messages/unanswered.ts';
import { KEEP_AWAKE_MS, PROOF_OUT_MS } from '../model/lifetimes.ts';
import { LONGEST_BODY } from '../model/quotas.ts';

/** Maximum attempts to send a request: it is sent again when the background ends before it answers. */
const TRIES = 3;

/** The relay's own first message; the wrapper counts from one. */
const HELLO: Envelope<unknown> = { id: 0, body: { kind: 'hello' } };

/** Takes the wrapper's port, and carries messages between it and the background. It decides nothing. */
function relay(): void {
  const waiting = new Map<number, { readonly message: Envelope<unknown>; readonly tries: number }>();
  let page: MessagePort | undefined;
  let background: chrome.runtime.Port | undefined;
  let answered = -Infinity;

  addEventListener(GIVEN, take);
  addEventListener('pageshow', ({ persisted }) => persisted && arriveAgain());
  dispatchEvent(new Event(WANTED));
  // The background asks whether the page has a relay that it can speak to: any answer is one.
  chrome.runtime.onMessage.addListener((_, __, reply) => reply());
  send(HELLO);
  setInterval(() => waiting.size > 0 && background && post(background, { awake: true }), KEEP_AWAKE_MS);

  function take(event: Event): void {
    page = (event as MessageEvent).ports[0];
    if (!page) return;
    removeEventListener(GIVEN, take);
    page.onmessage = ({ data }) => accept(data);
    dispatchEvent(new Event(TAKEN));
  }

  /** What hostile script may say ends here if it is no envelope, or longer than any that the wrapper sends. */
  function accept(message: Envelope<unknown>): void {
    if (!Number.isSafeInteger(message?.id) || message.id <= HELLO.id || waiting.has(message.id)) return;
    if (JSON.stringify(message).length > 2 * LONGEST_BODY) instead(message, unread);
    else send(message);
  }

  function send(message: Envelope<unknown>): void {
    const tries = (waiting.get(message.id)?.tries ?? 0) + 1;
    waiting.set(message.id, { message, tries });
    const port = tries > TRIES ? undefined : connected();
    if (port) post(port, message);
    else instead(message, tries > TRIES ? afterFault : unanswered);
  }

  /** Chrome closes the port of a page in the back/forward cache, and need not say so to the page. */
  function post(port: chrome.runtime.Port, message: unknown): void {
    try {
      port.postMessage(message);
    } catch {
      ended(port);
    }
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
    background.onDisconnect.addListener(ended);
    return background;
  }

  function ended(port: chrome.runtime.Port): void {
    if (port !== background) return;
    background = undefined;
    // With the worker goes what it presents: proofs that it has made ahead are worthless.
    if (Date.now() - answered < PROOF_OUT_MS) page?.postMessage({ recall: true } satisfies Recall);
    for (const asked of [...waiting.values()]) {
      // Unless it was sent again, or given up, with one of those before it.
      if (waiting.get(asked.message.id) === asked) send(asked.message);
    }
  }

  /** The page comes back out of the back/forward cache. */
  function arriveAgain(): void {
    background?.disconnect();
    if (background) ended(background);
    send(HELLO);
  }

  /** The page is answered here, in the background's place. */
  function instead({ id, body }: Envelope<unknown>, reply: (request: unknown) => PageReply): void {
    answer({ id, body: reply(body) });
  }

  function answer(reply: Envelope<PageReply> | Recall): void {
    if ('id' in reply) waiting.delete(reply.id);
    answered = Date.now();
    page?.postMessage(reply);
  }
}

relay();
