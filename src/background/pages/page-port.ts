import * as v from 'valibot';
import browser, { type Runtime } from 'webextension-polyfill';
import { PAGE_PORT } from '../../messages/handshake.ts';
import { type Envelope, type PageReply, PageRequest, type Recall } from '../../messages/page.ts';
import { afterFault, unread } from '../../messages/unanswered.ts';
import { namedByBrowser, type Origin } from '../../model/origin.ts';
import { MOST_ASKED } from '../../model/quotas.ts';
import { HoldfastError } from '../../protocol/error.ts';
import { PASS } from '../../sessions/page-answer.ts';
import type { Caller } from '../../sessions/ports.ts';
import { createKeyedLimit } from '../../structures/keyed-limit.ts';
import type { Changes } from '../changes.ts';
import type { Protection } from '../sites/protection.ts';

interface Parts {
  readonly changes: Changes;
  readonly protection: Protection;
  /** What a page is answered. */
  readonly answer: (request: PageRequest, caller: Caller) => Promise<PageReply>;
}

const Message = v.object({ id: v.pipe(v.number(), v.safeInteger()), body: v.unknown() });

/**
 * The border to the pages. Each document's relay has one port, and the browser says whose it is; every message is decoded
 * here once, and answered only while the site is protected.
 */
export function servePages({ changes, protection, answer }: Parts) {
  const ports = new Map<Runtime.Port, Caller>();
  const limit = createKeyedLimit<Origin>(MOST_ASKED);

  browser.runtime.onConnect.addListener((port) => {
    const caller = port.name === PAGE_PORT ? callerOf(port) : undefined;
    if (!caller) return;
    ports.set(port, caller);
    port.onDisconnect.addListener(() => {
      ports.delete(port);
      if (port.sender?.frameId === 0) changes.tell('tabLeft', caller.tab);
      if (![...ports.values()].some(({ agent }) => agent === caller.agent)) changes.tell('left', caller.agent);
    });
    port.onMessage.addListener((message: unknown) => void receive(port, caller, message).catch(changes.failed));
    protection
      .isProtected(caller.agent)
      .then((isProtected) => isProtected && changes.tell('arrived', caller.agent, caller.tab))
      .catch(changes.failed);
  });

  async function receive(port: Runtime.Port, caller: Caller, message: unknown): Promise<void> {
    const decoded = v.safeParse(Message, message);
    if (!decoded.success) return; // it does not say where to send an answer
    const { id, body } = decoded.output;
    const reply = (await limit(caller.agent, () => replyTo(body, caller))) ?? afterFault(body);
    if (ports.has(port)) port.postMessage({ id, body: reply } satisfies Envelope<PageReply>);
  }

  async function replyTo(body: unknown, caller: Caller): Promise<PageReply> {
    try {
      if (!(await protection.isProtected(caller.agent))) return PASS;
      const request = v.safeParse(PageRequest, body);
      if (request.success) return await answer(request.output, caller);
    } catch (error) {
      // Not even its protection can be told.
      changes.failed(error, caller.agent);
      return afterFault(body);
    }
    const reply = unread(body);
    if (reply.kind === 'answer')
      changes.failed(new HoldfastError('message_invalid', 'A form cannot be read'), caller.agent);
    return reply;
  }

  /** Asks a tab's pages of an agent to give back proofs that were made ahead. */
  function recall(tab: number, agent: Origin): void {
    for (const [port, caller] of ports) {
      if (caller.tab === tab && caller.agent === agent) port.postMessage({ recall: true } satisfies Recall);
    }
  }

  changes.on('recall', recall);
}

/** The caller as Chrome names it. Undefined where the port belongs to no page of a tab. */
function callerOf({ sender }: Runtime.Port): Caller | undefined {
  const origin = (sender as { origin?: string } | undefined)?.origin;
  const tab = sender?.tab?.id;
  if (tab === undefined || origin === undefined) return undefined;
  return { agent: namedByBrowser(origin), tab, since: Date.now(), resources: new Set() };
}
