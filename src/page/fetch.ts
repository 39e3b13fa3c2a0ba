import type { PageReply } from '../messages/page.ts';
import { mentionsHandle, type Presented } from '../model/handle.ts';
import { LONGEST_BODY } from '../model/quotas.ts';
import { CHALLENGE, fieldOf, NONCE, responseOf, withChallenge } from './answer.ts';
import type { FetchArguments } from './arguments.ts';
import { type Channel, PASS } from './channel.ts';
import { type Call, intercept, type Native, requestOf } from './intercept.ts';
import type { Natives } from './natives.ts';
import type { Proofs, Wanted } from './proofs.ts';
import { type Form, mayBeOAuth } from './recognise.ts';
import { type Replay, snapshot } from './replay.ts';
import { reportExposure, reportHandles, reportMetadata } from './report.ts';

/** The page's `fetch`. Requests that do not concern Holdfast go to the native one at once. */
export function wrapFetch(natives: Natives, channel: Channel, proofs: Proofs): typeof fetch {
  const typed = new Set<string>();
  return intercept(natives, proofs, handle, (sent) => reportHandles(sent, natives, channel));

  async function handle(found: Call['found'], given: FetchArguments, native: Native): Promise<Response> {
    switch (found?.kind) {
      case 'prove':
        return prove(snapshot(given, native, natives), found);
      case 'aside': {
        const request: FetchArguments = [requestOf(given, natives)];
        await Promise.all(found.places.map((url) => channel.ask({ kind: 'aside', url })));
        return handle(found.found, request, native);
      }
      case 'form':
        return form(found, requestOf(given, natives), native);
      case 'mcp':
        if (found.typed) once(found.typed);
        return probe(await native(given));
      case 'discover': {
        const response = await native(given);
        if (response.ok)
          await orAborted(reportMetadata(response.clone(), found.url, channel), requestOf(given, natives).signal);
        return response;
      }
      default:
        if (found) channel.tell(found);
        return native(given);
    }
  }

  /** The page uses a key of its own at this URL. */
  function once(url: string): void {
    if (!typed.has(url)) channel.tell({ kind: 'typed', url });
    typed.add(url);
  }

  async function prove(
    replay: Replay,
    { token, isBearer, header, mcp }: Presented & { readonly mcp?: boolean },
  ): Promise<Response> {
    const { method, url, signal } = replay;
    const wanted: Wanted = { kind: 'prove', token, method, url, ...(header && { header }), ...(mcp && { mcp }) };
    const first = await orAborted(proofs.take(wanted, replay.repeatable), signal);
    if (first.kind !== 'proof') return instead(first, url) ?? replay.send();
    const response = await replay.send(first).catch(async (error) => {
      // A server may refuse the preflight of a request with a proof, and take one without.
      const isWorthIt = first.proof && !signal?.aborted && replay.repeatable;
      const other = isWorthIt ? await proofs.again(wanted, first) : undefined;
      if (other?.kind !== 'proof') throw error;
      return replay.send(other);
    });
    proofs.answered(wanted, first, response);
    if (!isRefusal(response)) return response;
    const second = await orAborted(proofs.again(wanted, first, response), signal);
    if (second.kind === 'proof' && replay.repeatable) {
      void response.body?.cancel();
      const last = await replay.send(second);
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

  /** A form that may be OAuth's. Of one that is too long, the background is shown that much: it refuses it. */
  async function form({ body: fields, found }: Form, request: Request, native: Native): Promise<Response> {
    const { url, signal, headers } = request;
    const text = fields ?? (await request.clone().text());
    const body = text.slice(0, LONGEST_BODY + 1);
    const reply =
      fields || mayBeOAuth(headers, text)
        ? await orAborted(
            channel.ask({ kind: 'form', url, headers: [...headers], body, readsTokens: natives.readsTokens }),
            signal,
          )
        : PASS;
    const answer = instead(reply, url);
    if (answer) return answer;
    if (found?.kind !== 'prove') reportHandles({ url, headers, body: text }, natives, channel);
    if (reply.kind !== 'passAndReport') return handle(found, [request], native);
    if (found?.kind === 'prove' && mentionsHandle(found.token)) headers.delete(found.header ?? 'authorization');
    const response = await native([request]);
    // Before the page can read the token: it may close its window then.
    if (response.ok) await orAborted(reportExposure(response.clone(), url, body, channel), signal);
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
export function orAborted<T>(reply: Promise<T>, signal: AbortSignal | null | undefined): Promise<T> {
  if (!signal) return reply;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    reply.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
