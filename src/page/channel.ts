import { GIVEN, TAKEN, WANTED } from '../messages/handshake.ts';
import type { Envelope, PageReply, PageRequest, Pass, Recall, ReplyTo } from '../messages/page.ts';
import type { Scope } from './natives.ts';

/** The way to the background, through the relay. */
export interface Channel {
  ask<Request extends PageRequest>(request: Request): Promise<ReplyTo<Request['kind']>>;
  /** Says something that needs no answer. */
  tell(request: PageRequest): void;
}

export const PASS: Pass = { kind: 'pass' };

/**
 * Hands one end of a MessageChannel to the relay, which lives in this document too. Both run before the page's first
 * script and speak synchronously, so that no script of the page can stand between them.
 */
export function openChannel(scope: Scope, recalled: () => void): Channel {
  const { port1, port2 } = new scope.MessageChannel();
  const post = port1.postMessage.bind(port1);
  const waiting = new Map<number, (reply: PageReply) => void>();
  let taken = false;
  let last = 0;

  const give = (): void => void scope.dispatchEvent(new scope.MessageEvent(GIVEN, { ports: [port2] }));
  scope.addEventListener(WANTED, give);
  scope.addEventListener(TAKEN, () => {
    taken = true;
    scope.removeEventListener(WANTED, give);
  });
  give();

  port1.onmessage = ({ data }: MessageEvent<Envelope<PageReply> | Recall>) => {
    if ('recall' in data) {
      recalled();
    } else {
      waiting.get(data.id)?.(data.body);
      waiting.delete(data.id);
    }
  };

  async function ask<Request extends PageRequest>(body: Request): Promise<ReplyTo<Request['kind']>> {
    if (!taken) return PASS;
    last += 1;
    const id = last;
    return new Promise((resolve) => {
      waiting.set(id, resolve as (reply: PageReply) => void);
      post({ id, body });
    });
  }

  return { ask, tell: (request) => void ask(request) };
}
