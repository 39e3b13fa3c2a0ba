import browser, { type WebRequest } from 'webextension-polyfill';
import type { ChallengeView, InspectedRequest, Presents } from '../../messages/inspection.ts';
import { readHandle, readToken } from '../../model/handle.ts';
import { namedByBrowser, type Origin } from '../../model/origin.ts';
import type { SessionId } from '../../model/session.ts';
import { compareProof } from '../../protocol/dpop/check.ts';
import { readNonce } from '../../protocol/dpop/nonce.ts';
import { parseChallenges } from '../../protocol/http/challenge.ts';
import { readMcp } from '../../protocol/mcp/headers.ts';
import { readMessage } from '../../protocol/mcp/message.ts';
import { covers } from '../../protocol/mcp/resource.ts';
import { loggable, quotable } from '../../protocol/oauth/error-code.ts';
import { decodeProof, headerIn, patternOf } from './header-fields.ts';

interface Parts {
  /** What is known of a proof of ours, by its `jti` and the request that it was made for. */
  readonly proofOf: (
    jti: string,
    initiator: Origin,
    url: string,
  ) => { readonly session: SessionId; readonly isRetry: boolean } | undefined;
  readonly thumbprintOf: (session: SessionId) => Promise<string | undefined>;
  readonly tell: (tab: number, requests: readonly InspectedRequest[]) => void;
  readonly failed: (error: unknown) => void;
}

/** A request while it is looked at. The token is needed to compare the proof with it, and goes with the answer. */
interface Watched {
  readonly tab: number;
  request: InspectedRequest;
  accessToken?: string | undefined;
}

/** With the member that Chrome adds. */
type Sent = WebRequest.OnSendHeadersDetailsType & { initiator?: string };

/** Proofs whose making is remembered, and requests that are under way. */
const REMEMBERED = 1_000;
/** The shortest time between two updates to a panel, in milliseconds. */
const DELAY = 50;

/**
 * Looks at the requests of tabs whose DevTools panel is open, at the resources that are known, and at nothing while none
 * is: `webRequest` costs each request a little.
 */
export function createInspector({ proofOf, thumbprintOf, tell, failed }: Parts) {
  const under = new Map<string, Watched>();
  const made = new Map<string, { readonly took: number; readonly at: number }>();
  const fresh = new Map<string, Watched>();
  let tabs: ReadonlySet<number> = new Set();
  let resources: readonly string[] = [];

  const onBegin = ({
    requestId,
    tabId,
    method,
    url,
    timeStamp,
    requestBody,
  }: WebRequest.OnBeforeRequestDetailsType) => {
    if (!tabs.has(tabId) || method === 'OPTIONS' || !resources.some((resource) => covers(resource, url))) return;
    const [part] = requestBody?.raw ?? [];
    const message = part?.bytes ? readMessage(new Uint8Array(part.bytes as ArrayBuffer)) : undefined;
    const request: InspectedRequest = {
      ...{ id: requestId, at: timeStamp, method, url, mcp: {}, presents: 'nothing', isRetry: false },
      rpc: message?.rpc,
      batch: message?.batch,
    };
    note({ tab: tabId, request });
  };

  const onSend = (details: Sent): void => {
    const watched = under.get(details.requestId);
    if (watched) void sent(watched, details).catch(failed);
  };

  async function sent(watched: Watched, { requestHeaders, timeStamp: at, initiator = '', url }: Sent): Promise<void> {
    const header = headerIn(requestHeaders);
    const { sessionId, protocolVersion, method, name } = readMcp(header);
    const field = header('DPoP');
    const proof = decodeProof(field, at);
    const jti = typeof proof?.claims.jti === 'string' ? proof.claims.jti : undefined;
    const ours = jti === undefined ? undefined : proofOf(jti, namedByBrowser(initiator), url);
    const making = jti === undefined ? undefined : made.get(jti);
    const authorization = header('Authorization') ?? '';
    watched.accessToken = readToken(authorization)?.token;
    note(watched, {
      mcp: { sessionId, protocolVersion },
      rpc: watched.request.rpc ?? (method === undefined ? undefined : { method, name }),
      presents: presented(authorization, proof !== undefined, ours !== undefined),
      session: ours?.session,
      isRetry: ours?.isRetry ?? false,
      proof,
      made: making && { took: making.took, ahead: watched.request.at - making.at },
    });
    if (field === null || proof === undefined) return;
    const { key, ...checks } = await compareProof(field, {
      ...watched.request,
      accessToken: watched.accessToken,
      thumbprint: ours && (await thumbprintOf(ours.session)),
    });
    note(watched, { checks: { ...checks, ...(ours && { key }) } });
  }

  const onAnswer = (details: WebRequest.OnHeadersReceivedDetailsType): undefined => {
    const watched = under.get(details.requestId);
    if (!watched) return;
    const header = headerIn(details.responseHeaders);
    const nonce = readNonce(header('DPoP-Nonce'));
    note(watched, {
      answer: {
        at: details.timeStamp,
        status: details.statusCode,
        nonce: nonce ? (nonce === watched.request.proof?.claims.nonce ? 'same' : 'new') : undefined,
        challenges: challengesIn(header('WWW-Authenticate'), watched.accessToken),
      },
    });
    watched.accessToken = undefined;
  };

  const onEnd = ({ requestId, timeStamp }: WebRequest.OnCompletedDetailsType): void => end(requestId, timeStamp);
  const onError = ({ requestId, timeStamp, error }: WebRequest.OnErrorOccurredDetailsType): void =>
    end(requestId, timeStamp, error);

  function end(id: string, endedAt: number, failure?: string): void {
    const watched = under.get(id);
    if (!watched) return;
    note(watched, { endedAt, failure });
    watched.accessToken = undefined;
    under.delete(id);
  }

  /** Something new is known of a request. */
  function note(watched: Watched, more: Partial<InspectedRequest> = {}): void {
    watched.request = { ...watched.request, ...more };
    const { id } = watched.request;
    if (more.endedAt === undefined) remember(under, id, watched);
    if (fresh.size === 0) setTimeout(flush, DELAY);
    fresh.set(id, watched);
  }

  function flush(): void {
    const told = [...fresh.values()];
    fresh.clear();
    for (const tab of tabs) {
      const requests = told.filter((watched) => watched.tab === tab).map(({ request }) => request);
      if (requests.length > 0) tell(tab, requests);
    }
  }

  function listen(): void {
    const { onBeforeRequest, onSendHeaders, onHeadersReceived, onCompleted, onErrorOccurred } = browser.webRequest;
    onBeforeRequest.removeListener(onBegin);
    onSendHeaders.removeListener(onSend);
    onHeadersReceived.removeListener(onAnswer);
    onCompleted.removeListener(onEnd);
    onErrorOccurred.removeListener(onError);
    const urls = [...new Set(resources.map(patternOf))];
    if (tabs.size === 0 || urls.length === 0) return;
    onBeforeRequest.addListener(onBegin, { urls }, ['requestBody']);
    onSendHeaders.addListener(onSend, { urls }, ['requestHeaders', 'extraHeaders' as 'requestHeaders']);
    onHeadersReceived.addListener(onAnswer, { urls }, ['responseHeaders']);
    onCompleted.addListener(onEnd, { urls });
    onErrorOccurred.addListener(onError, { urls });
  }

  return {
    /** Panels are open on these tabs. */
    inspect(now: ReadonlySet<number>): void {
      tabs = now;
      listen();
    },
    /** Requests to these resources are looked at. @param again a host permission may be new: listeners of before do not fire */
    watch(known: readonly string[], again = false): void {
      const isNew = known.length !== resources.length;
      resources = known;
      if (tabs.size > 0 && (isNew || again)) listen();
    },
    /** A proof was made for a page that had asked for it at this moment of `performance.now()`. */
    made(jti: string, askedAt: number): void {
      if (tabs.size === 0) return;
      const at = performance.now();
      remember(made, jti, { took: at - askedAt, at: performance.timeOrigin + at });
    },
  };
}

function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > REMEMBERED && oldest !== undefined) map.delete(oldest);
}

function presented(authorization: string, hasProof: boolean, isOurs: boolean): Presents {
  if (hasProof) return isOurs ? 'bound' : 'ownKey';
  if (authorization === '' || readHandle(authorization)) return 'nothing';
  return readToken(authorization)?.isBearer ? 'bearer' : 'unproved';
}

/** @param secret what must not be repeated */
function challengesIn(field: string | null, secret: string | undefined): ChallengeView[] {
  return parseChallenges(field ?? '').map(({ scheme, parameters: { error, error_description } }) => {
    const said = error_description && quotable(error_description, secret ? [secret] : []);
    return { scheme, error: loggable(error), description: said };
  });
}
