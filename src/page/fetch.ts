import { asksForNonce } from '../protocol/dpop/challenge.ts';
import { inBearerWords, responseOf, unreachable } from './answer.ts';
import { type FetchArguments, readArguments } from './arguments.ts';
import type { Channel } from './channel.ts';
import type { Natives } from './natives.ts';
import type { Proofs } from './proofs.ts';
import { type Found, isOAuthText, recognise } from './recognise.ts';
import { type Replay, snapshot } from './replay.ts';
import { reportExposure, reportMetadata } from './report.ts';

/** A call as it was found: with the arguments that can still be used. */
interface Call {
  readonly found: Found | undefined;
  readonly given: FetchArguments;
}

/** The page's `fetch`: what is none of Holdfast's goes straight to the native one. */
export function wrapFetch(natives: Natives, channel: Channel, proofs: Proofs): typeof fetch {
  return new Proxy(natives.fetch, {
    apply(_, self, original: Parameters<typeof fetch>) {
      const native = (given: FetchArguments): Promise<Response> => Reflect.apply(natives.fetch, self, given);
      const { found, given } = look(original);
      return found ? handle(found, given, native) : native(given);
    },
  });

  /** Looks at the arguments without consuming them; where that cannot be, a Request takes their place. */
  function look(given: FetchArguments): Call {
    try {
      const read = readArguments(given, natives);
      if (read) return { found: recognise(read, natives), given };
      const request = new natives.Request(...(given as [RequestInfo, RequestInit?]));
      return look([request]);
    } catch {
      return { found: undefined, given }; // not a request: the native fetch says why
    }
  }

  async function handle(
    found: Found,
    given: FetchArguments,
    native: (given: FetchArguments) => Promise<Response>,
  ): Promise<Response> {
    switch (found.kind) {
      case 'prove':
        return prove(snapshot(given, native, natives), found);
      case 'form':
        return form(new natives.Request(...(given as [RequestInfo, RequestInit?])), native);
      case 'mcp':
        return inBearerWords(await native(given), natives);
      case 'resource':
        channel.tell({ kind: 'resource', url: found.url });
        return native(given);
      case 'discover': {
        const response = await native(given);
        if (response.ok) await reportMetadata(response.clone(), found.url, channel);
        return response;
      }
    }
  }

  async function prove(replay: Replay, { handle, scheme }: Extract<Found, { kind: 'prove' }>): Promise<Response> {
    const { method, url, signal } = replay;
    const first = await orAborted(proofs.take(handle, method, url), signal);
    if (first.kind === 'unreachable') throw unreachable();
    if (first.kind !== 'proof') return replay.send();
    let response = await replay.send(first.proof);
    const given = response.headers.get('dpop-nonce');
    proofs.answered(handle, method, url, first, given);
    if (response.status === 401 && replay.repeatable) {
      const challenged = asksForNonce(response.status, response.headers.get('www-authenticate'));
      const nonce = challenged && given !== null ? given : undefined;
      const second = await orAborted(proofs.again(handle, method, url, first, nonce), signal);
      if (second.kind === 'proof') {
        void response.body?.cancel();
        response = await replay.send(second.proof);
        proofs.answered(handle, method, url, second, response.headers.get('dpop-nonce'));
      }
    }
    return scheme === 'Bearer' ? inBearerWords(response, natives) : response;
  }

  async function form(request: Request, native: (given: FetchArguments) => Promise<Response>): Promise<Response> {
    const { url, signal } = request;
    const body = await request.clone().text();
    if (!isOAuthText(body)) return native([request]);
    const headers = [...request.headers];
    const reply = await orAborted(channel.ask({ kind: 'token', url, headers, body }), signal);
    if (reply.kind === 'unreachable') throw unreachable();
    if (reply.kind === 'answer') return responseOf(reply, url, natives);
    const response = await native([request]);
    if (reply.kind === 'native' && reply.watch && response.ok) void reportExposure(response.clone(), url, body, channel);
    return response;
  }
}

/** The reply, or the page's own abort, whichever comes first. */
function orAborted<T>(reply: Promise<T>, signal: AbortSignal | null | undefined): Promise<T> {
  if (!signal) return reply;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    reply.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
