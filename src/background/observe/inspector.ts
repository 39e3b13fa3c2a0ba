import browser, { type WebRequest } from 'webextension-polyfill';
import type { ChallengeView, InspectedRequest, Presents } from '../../messages/inspection.ts';
import { mentionsHandle, readToken } from '../../model/handle.ts';
import { namedByBrowser, type Origin } from '../../model/origin.ts';
import type { SessionId } from '../../model/session.ts';
import { compareProof } from '../../protocol/dpop/check.ts';
import { readNonce } from '../../protocol/dpop/nonce.ts';
import { parseChallenges } from '../../protocol/http/challenge.ts';
import { type CorsFault, faultsOfAnswer, faultsOfPreflight } from '../../protocol/http/cors.ts';
import { readMcp } from '../../protocol/mcp/headers.ts';
import { readMessage } from '../../protocol/mcp/message.ts';
import { covers } from '../../protocol/mcp/resource.ts';
import { loggable, quotable } from '../../protocol/oauth/error-code.ts';
import type { Leaving, Seen } from '../../sessions/requests/proof-log.ts';
import { keep } from '../../structures/bounded-map.ts';
import { decodeProof, headerIn, patternOf } from './header-fields.ts';
import { NO_TAB, OWN } from './own-requests.ts';
import { readWireUrl } from './wire-url.ts';

/** What is known of a request that Holdfast gave a token. */
type Ours = Pick<Seen, 'jti' | 'session' | 'isRetry' | 'accessToken' | 'state' | 'header' | 'scheme'>;

interface Parts {
  /** What is known of a proof of ours, by its `jti` and the request that it was made for. */
  readonly proofOf: (jti: string, initiator: Origin, url: string) => Ours | undefined;
  /** What of ours left as this bearer token, without a proof. */
  readonly bearerOf: (leaving: Omit<Leaving, 'mcp'>) => Ours | undefined;
  readonly thumbprintOf: (session: SessionId) => Promise<string | undefined>;
  readonly tell: (tab: number, requests: readonly InspectedRequest[]) => void;
  readonly failed: (error: unknown) => void;
}

/** A request while it is looked at. The token is needed to compare the proof with it, and goes with the answer. */
interface Watched {
  /** `NO_TAB`: the drill's. */
  readonly tab: number;
  request: InspectedRequest;
  accessToken?: string | undefined;
  /** Whose script made it. */
  page?: Origin;
}

/** A preflight that a request waits for. */
interface Preflight {
  readonly page: Origin;
  /** The fields that the request will have. */
  readonly asked: string | null;
  faults: readonly CorsFault[];
}

/** The member that Chrome adds. */
interface Initiated {
  readonly initiator?: string;
}
type Sent = WebRequest.OnSendHeadersDetailsType & Initiated;

/** Proofs whose making is remembered, and requests that are under way. */
const REMEMBERED = 1_000;
/** The shortest time between two updates to a panel, in milliseconds. */
const DELAY = 50;

/**
 * Looks at the requests of tabs whose DevTools panel is open, and at the drill's, at the resources that are known, and at nothing while none
 * is: `webRequest` costs each request a little.
 */
export function createInspector({ proofOf, bearerOf, thumbprintOf, tell, failed }: Parts) {
  const under = new Map<string, Watched>();
  /** By their URL: a preflight is a request of its own. */
  const preflights = new Map<string, Preflight>();
  const made = new Map<string, { readonly took: number; readonly at: number }>();
  const fresh = new Map<string, Watched>();
  let tabs: ReadonlySet<number> = new Set();
  let resources: readonly string[] = [];

  const onBegin = ({
    requestId,
    tabId,
    method,
    url: whole,
    timeStamp,
    requestBody,
    initiator,
  }: WebRequest.OnBeforeRequestDetailsType & Initiated) => {
    const { url } = readWireUrl(whole);
    const isOwn = tabId === NO_TAB && initiator === OWN;
    if (!isOwn && !tabs.has(tabId)) return;
    if (method === 'OPTIONS' || !resources.some((resource) => covers(resource, url))) return;
    const [part] = requestBody?.raw ?? [];
    const message = part?.bytes ? readMessage(new Uint8Array(part.bytes as ArrayBuffer)) : undefined;
    // What else the background reads there is no MCP request.
    if (isOwn && !message?.rpc) return;
    const request: InspectedRequest = {
      ...{ id: requestId, at: timeStamp, method, url, mcp: {}, presents: isOwn ? 'drill' : 'nothing', isRetry: false },
      rpc: message?.rpc,
      batch: message?.batch,
    };
    note({ tab: tabId, request });
  };

  const onSend = (details: Sent): void => {
    if (details.method === 'OPTIONS') preflightSent(details);
    const watched = under.get(details.requestId);
    if (watched) void sent(watched, details).catch(failed);
  };

  async function sent(watched: Watched, details: Sent): Promise<void> {
    const { requestHeaders, timeStamp: at, initiator = '' } = details;
    const { url } = readWireUrl(details.url);
    const header = headerIn(requestHeaders);
    const { sessionId, protocolVersion, method, name } = readMcp(header);
    const field = header('DPoP');
    const proof = decodeProof(field, at);
    const jti = typeof proof?.claims.jti === 'string' ? proof.claims.jti : undefined;
    const authorization = header('Authorization') ?? '';
    const page = namedByBrowser(initiator);
    const isDrill = watched.tab === NO_TAB;
    // No server's CORS applies to the background.
    if (!isDrill) watched.page = page;
    const ours =
      jti === undefined
        ? bearerOf({ tab: watched.tab, initiator: page, method: details.method, url, header })
        : proofOf(jti, page, url);
    const making = made.get(ours?.jti ?? jti ?? '');
    watched.accessToken = ours?.accessToken ?? readToken(authorization)?.token;
    note(watched, {
      mcp: { sessionId, protocolVersion },
      rpc: watched.request.rpc ?? (method === undefined ? undefined : { method, name }),
      presents: isDrill ? 'drill' : presented(authorization, proof !== undefined, ours?.state),
      field: ours?.state === 'given' ? { header: ours.header, scheme: ours.scheme } : undefined,
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

  function preflightSent({ url, initiator = '', requestHeaders }: Sent): void {
    const asked = headerIn(requestHeaders)('Access-Control-Request-Headers');
    keep(preflights, readWireUrl(url).url, { page: namedByBrowser(initiator), asked, faults: [] }, REMEMBERED);
  }

  const onAnswer = (details: WebRequest.OnHeadersReceivedDetailsType): undefined => {
    const header = headerIn(details.responseHeaders);
    const preflight = details.method === 'OPTIONS' ? preflights.get(readWireUrl(details.url).url) : undefined;
    if (preflight) preflight.faults = faultsOfPreflight(preflight.asked, details.statusCode, header, preflight.page);
    const watched = under.get(details.requestId);
    if (!watched) return;
    const nonce = readNonce(header('DPoP-Nonce'));
    note(watched, {
      answer: {
        at: details.timeStamp,
        status: details.statusCode,
        nonce: nonce ? (nonce === watched.request.proof?.claims.nonce ? 'same' : 'new') : undefined,
        challenges: challengesIn(header('WWW-Authenticate'), watched.accessToken),
      },
      cors: watched.page && faultsOfAnswer(header, watched.page),
    });
    watched.accessToken = undefined;
  };

  const onEnd = ({ requestId, timeStamp }: WebRequest.OnCompletedDetailsType): void => end(requestId, timeStamp);
  const onError = ({ requestId, timeStamp, error }: WebRequest.OnErrorOccurredDetailsType): void =>
    end(requestId, timeStamp, error);

  function end(id: string, endedAt: number, failure?: string): void {
    const watched = under.get(id);
    if (!watched) return;
    const { answer, url } = watched.request;
    const stopped = failure !== undefined && !answer && preflights.get(url)?.faults;
    note(watched, { endedAt, failure, ...(stopped && { cors: stopped }) });
    preflights.delete(url);
    watched.accessToken = undefined;
    under.delete(id);
  }

  /** Something new is known of a request. */
  function note(watched: Watched, more: Partial<InspectedRequest> = {}): void {
    watched.request = { ...watched.request, ...more };
    const { id } = watched.request;
    if (more.endedAt === undefined) keep(under, id, watched, REMEMBERED);
    if (fresh.size === 0) setTimeout(flush, DELAY);
    fresh.set(id, watched);
  }

  function flush(): void {
    const told = [...fresh.values()];
    fresh.clear();
    for (const tab of tabs) {
      const requests = told
        .filter((watched) => watched.tab === tab || watched.tab === NO_TAB)
        .map(({ request }) => request);
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
      keep(made, jti, { took: at - askedAt, at: performance.timeOrigin + at }, REMEMBERED);
    },
  };
}

/** @param ours the state of the session whose token it is */
function presented(authorization: string, hasProof: boolean, ours: Ours['state'] | undefined): Presents {
  if (hasProof) return ours ? 'bound' : 'ownKey';
  if (ours) return ours === 'given' ? 'given' : 'held';
  if (authorization === '' || mentionsHandle(authorization)) return 'nothing';
  return readToken(authorization)?.isBearer ? 'bearer' : 'unproved';
}

/** @param secret what must not be repeated */
function challengesIn(field: string | null, secret: string | undefined): ChallengeView[] {
  return parseChallenges(field ?? '').map(({ scheme, parameters: { error, error_description } }) => {
    const said = error_description && quotable(error_description, secret ? [secret] : []);
    return { scheme, error: loggable(error), description: said };
  });
}
