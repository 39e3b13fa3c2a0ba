import browser from 'webextension-polyfill';
import { LEAVING_MS } from '../../model/lifetimes.ts';
import { type Origin, originOf } from '../../model/origin.ts';
import { MOST_SENT } from '../../model/quotas.ts';
import { HoldfastError } from '../../protocol/error.ts';
import { createFairQueue } from '../../structures/fair-queue.ts';
import { createKeyedLimit } from '../../structures/keyed-limit.ts';
import { createSessionRules, type RuleBody } from './session-rules.ts';

/**
 * The background's own requests go out in the agent's name: its `Origin`, so that the server answers CORS as it would
 * answer the agent. A rule knows a URL and no request, so one request at a time leaves for a URL. The next may leave when
 * it has left: no agent waits for what another's server, or another's request, takes.
 */
export function createOriginRules() {
  const rules = createSessionRules('origin');
  const take = createFairQueue<Origin>();
  // A server takes six connections of a browser at most (HTTP/1.1): no agent has them all.
  const limit = createKeyedLimit<string>(MOST_SENT);
  /** Ids of rules that are no longer used and that Chrome has not removed yet. */
  const stale = new Set<number>();
  const ready = rules.standing().then((left) =>
    rules.replace(
      left.map(({ id }) => id),
      [],
    ),
  );

  /** @param request begins at once, and makes one request to the URL */
  async function withOrigin<T>(url: string, agent: Origin, request: () => Promise<T>): Promise<T> {
    await ready;
    const sent = await limit(`${agent} ${originOf(url)}`, async () => ({ given: await send(url, agent, request) }));
    if (sent) return sent.given;
    throw new HoldfastError('server_unreachable', `${agent} asks ${originOf(url)} for too much at once.`);
  }

  async function send<T>(url: string, agent: Origin, request: () => Promise<T>): Promise<T> {
    const release = await take(url, agent);
    const leaving = whenSent(url); // Chrome hears of the listener before it hears of the rule
    const over = async (ids: readonly number[]): Promise<void> => {
      leaving.forget();
      for (const id of ids) stale.add(id);
      await replaceStale([]).catch(() => undefined); // what could not be taken away goes with the next rule that is made
      release();
    };
    const ids = await replaceStale([ruleFor(url, agent)]).catch(async (error) => {
      await over([]);
      throw error;
    });
    const answer = request();
    const left = Promise.race([leaving.sent, Promise.allSettled([answer])]);
    const [given] = await Promise.all([answer, left.then(() => over(ids))]);
    return given;
  }

  /** Replaces the rules that are no longer used by these, in one step. */
  async function replaceStale(bodies: readonly RuleBody[]): Promise<number[]> {
    const gone = [...stale];
    const ids = await rules.replace(gone, bodies);
    for (const id of gone) stale.delete(id);
    return ids;
  }

  return { withOrigin };
}

const ruleFor = (url: string, agent: Origin): RuleBody => ({
  priority: 1,
  condition: { urlFilter: `|${url}|`, initiatorDomains: [browser.runtime.id] },
  action: { type: 'modifyHeaders', requestHeaders: [{ header: 'origin', operation: 'set', value: agent }] },
});

/** When the extension's own request to this URL has left with its header fields, or could have. */
function whenSent(url: string): { readonly sent: Promise<void>; readonly forget: () => void } {
  const { onSendHeaders } = browser.webRequest;
  let left = (): void => undefined;
  const sent = new Promise<void>((resolve) => {
    left = resolve;
  });
  const timer = setTimeout(left, LEAVING_MS);
  const own = browser.runtime.getURL('').replace(/\/$/, '');
  const listener = ({ initiator }: { initiator?: string }): void => {
    if (initiator === own) left();
  };
  onSendHeaders.addListener(listener, { urls: [url] });
  return {
    sent,
    forget() {
      clearTimeout(timer);
      onSendHeaders.removeListener(listener);
    },
  };
}
