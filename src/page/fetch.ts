import type { PageReply } from '../messages/page.ts';
import { mentionsHandle, type Presented } from '../model/handle.ts';
import { CHALLENGE, fieldOf, NONCE, responseOf, withChallenge } from './answer.ts';
import { type FetchArguments, readArguments } from './arguments.ts';
import { type Channel, PASS } from './channel.ts';
import type { Natives } from './natives.ts';
import type { Proofs, Wanted } from './proofs.ts';
import { type Found, isOAuthText, recognise } from './recognise.ts';
import { type Replay, snapshot } from './replay.ts';
import { reportExposure, reportMetadata } from './report.ts';

type Native = (given: FetchArguments) => Promise<Response>;

/** A call as it was found, with the arguments that can still be used. */
interface Call {
  readonly found: Found | Aside | undefined;
  readonly given: FetchArguments;
}

/** A request of the page's own, where a token may still be presented. */
interface Aside {
  readonly kind: 'aside';
  readonly places: readonly string[];
  readonly found: Found | undefined;
}

/** The page's `fetch`. Requests that do not concern Holdfast go to the native one at once. */
export function wrapFetch(natives: Natives, channel: Channel, proofs: Proofs): typeof fetch {
  return new Proxy(natives.fetch, {
    apply(_, self, original: Parameters<typeof fetch>) {
      const native: Native = (given) => Reflect.apply(natives.fetch, self, given);
      const { found, given } = look(original);
      return found ? handle(found, given, native) : native(given);
    },
  });

  /** Looks at the arguments without consuming them; where that cannot be, a Request takes their place. */
  function look(given: FetchArguments): Call {
    try {
      const read = readArguments(given, natives);
      if (!read) return look([requestOf(given)]);
      const found = recognise(read, natives);
      if (found?.kind === 'prove' || !proofs.any()) return { found, given };
      const places = proofs.warm(natives.absolute(read.url));
      return { found: places[0] ? { kind: 'aside', places, found } : found, given };
    } catch {
      return { found: undefined, given }; // not a request: the native fetch says why
    }
  }

  async function handle(found: Call['found'], given: FetchArguments, native: Native): Promise<Response> {
    switch (found?.kind) {
      case 'prove':
        return prove(snapshot(given, native, natives), found);
      case 'aside': {
        const request: FetchArguments = [requestOf(given)];
        await Promise.all(found.places.map((url) => channel.ask({ kind: 'aside', url })));
        return handle(found.found, request, native);
      }
      case 'form':
        return form(requestOf(given), native);
      case 'mcp':
        return probe(await native(given));
      case 'discover': {
        const response = await native(given);
        if (response.ok) await orAborted(reportMetadata(response.clone(), found.url, channel), requestOf(given).signal);
        return response;
      }
      default:
        if (found) channel.tell(found);
        return native(given);
    }
  }

  function requestOf([input, init]: FetchArguments): Request {
    return new natives.Request(input, init);
  }

  async function prove(
    replay: Replay,
    { token, isBearer, mcp }: Presented & { readonly mcp?: boolean },
  ): Promise<Response> {
    const { method, url, signal } = replay;
    const wanted: Wanted = { kind: 'prove', token, method, url, ...(mcp && { mcp }) };
    const first = await orAborted(proofs.take(wanted), signal);
    if (first.kind !== 'proof') return instead(first, url) ?? replay.send();
    const response = await replay.send(first.proof).catch(async (error) => {
      // A server may refuse the preflight of a request with a proof, and take one without.
      const isWorthIt = first.proof && !signal?.aborted && replay.repeatable;
      const other = isWorthIt ? await proofs.again(wanted, first) : undefined;
      if (other?.kind !== 'proof') throw error;
      return replay.send(other.proof);
    });
    proofs.answered(wanted, first, response);
    if (!isRefusal(response)) return response;
    const second = await orAborted(proofs.again(wanted, first, response), signal);
    if (second.kind === 'proof' && replay.repeatable) {
      void response.body?.cancel();
      const last = await replay.send(second.proof);
      proofs.answered(wanted, second, last);
      return isBearer ? probe(last) : last;
    }
    if (second.kind === 'answer') return responseOf(second, url, natives);
    return isBearer ? relabelled(response, second) : response;
  }

  /** What the page gets in place of the server's answer; undefined when its request is to leave. */
  function instead(reply: PageReply, url: string): Response | undefined {
    if (reply.kind === 'unreachable') throw new TypeError('Failed to fetch'); // as `fetch` says it
    return reply.kind === 'answer' ? responseOf(reply, url, natives) : undefined;
  }

  /** A refusal by a server that speaks DPoP only, for a page that speaks Bearer. */
  async function probe(response: Response): Promise<Response> {
    const challenge = dpopChallengeOf(response);
    return challenge ? relabelled(response, await channel.ask({ kind: 'challenge', challenge })) : response;
  }

  function relabelled(response: Response, reply: PageReply): Response {
    const challenge = reply.kind === 'relabel' && reply.challenge;
    return challenge ? withChallenge(response, challenge, natives) : response;
  }

  /** A form that may be OAuth's. One that is not may still present a handle, as any request may. */
  async function form(request: Request, native: Native): Promise<Response> {
    const { url, signal, headers } = request;
    const body = await request.clone().text();
    const reply = isOAuthText(body)
      ? await orAborted(
          channel.ask({ kind: 'form', url, headers: [...headers], body, readsTokens: natives.readsTokens }),
          signal,
        )
      : PASS;
    const answer = instead(reply, url);
    if (answer) return answer;
    const presented = natives.presented(headers);
    const isWatched = reply.kind === 'passAndReport';
    if (presented && !isWatched) return prove(snapshot([request], native, natives), presented);
    if (presented && mentionsHandle(presented.token)) headers.delete('authorization');
    const response = await native([request]);
    // Before the page can read the token: it may close its window then.
    if (isWatched && response.ok) await orAborted(reportExposure(response.clone(), url, body, channel), signal);
    return response;
  }
}

function dpopChallengeOf(response: Response): string | undefined {
  const challenge = fieldOf(response, CHALLENGE);
  return /dpop/i.test(challenge ?? '') ? challenge : undefined;
}

/** Some servers challenge with 400, which is an answer to much else. */
function isRefusal(response: Response): boolean {
  const { status } = response;
  return (
    status === 401 || status === 403 || (status === 400 && !!(fieldOf(response, NONCE) ?? dpopChallengeOf(response)))
  );
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
