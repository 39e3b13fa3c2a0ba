import browser, { type WebRequest } from 'webextension-polyfill';
import { type AccessHandle, isAccessHandle, mentionsHandle, readHandle } from '../../model/handle.ts';
import { namedByBrowser, type Origin } from '../../model/origin.ts';
import { readProof } from '../../protocol/dpop/read-proof.ts';
import { schemeOf } from '../../protocol/http/scheme.ts';
import { readMcp } from '../../protocol/mcp/headers.ts';
import type { ProofLog } from '../../sessions/requests/proof-log.ts';
import type { LeftHandle } from '../../sessions/requests/unreached.ts';
import { headerIn, patternOf } from './header-fields.ts';
import { NO_TAB, OWN } from './own-requests.ts';
import { readWireUrl } from './wire-url.ts';

/** A navigation that a page has begun. */
export interface Navigation {
  readonly initiator: Origin;
  readonly tab: number;
  readonly isInFrame: boolean;
  readonly url: string;
  readonly method: string;
}

/** The scheme of the page's own credentials, and the handle that left as it is. */
export type Unproved = [url: string, scheme: string | undefined, left: LeftHandle | undefined];

/** How Chrome names the end of a request that its page has given up, or left. */
const BROKEN_OFF = 'net::ERR_ABORTED';

/** How it names that of one that a server's CORS, another extension or the page's own policy keeps back: no server's silence. */
const KEPT_BACK = /^net::ERR_(?:ABORTED|BLOCKED_|FAILED$)/;

/** The answers that send a request on (RFC 9110 §15.4). */
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

interface Parts {
  readonly proofLog: ProofLog;
  /** A navigation that may be an authorization request, as it left: with what the rules have added to it. */
  readonly navigated: (navigation: Navigation) => void;
  /** A request to a known resource that left without a proof of ours, or from where Holdfast does not reach. */
  readonly unproved: (initiator: Origin, ...what: Unproved) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * What the network sees: `webRequest`, observing only. Requests are matched to proofs by `jti`.
 *
 * Listeners that were added before a host permission was granted do not fire: `watch` is called again then.
 */
export function createWebRequest({ proofLog, navigated, unproved, failed }: Parts) {
  const proofs = new Map<string, string>();
  /** Requests of ours that their server has sent on: what leaves then is the same request. */
  const sentOn = new Set<string>();
  let watched: string[] = [];

  const onNavigation = ({
    initiator,
    tabId: tab,
    type,
    url,
    method,
  }: WebRequest.OnSendHeadersDetailsType & { initiator?: string }): void => {
    if (initiator) {
      navigated({ initiator: namedByBrowser(initiator), tab, isInFrame: type === 'sub_frame', url, method });
    }
  };

  const onSend = (details: WebRequest.OnSendHeadersDetailsType & { initiator?: string }): void => {
    if (details.method === 'OPTIONS' || !details.initiator || details.initiator === OWN) return;
    const header = headerIn(details.requestHeaders);
    const proof = header('DPoP');
    const jti = proof === null ? undefined : readProof(proof)?.claims.jti;
    const { method, tabId: tab } = details;
    const { url, fragment } = readWireUrl(details.url);
    const initiator = namedByBrowser(details.initiator);
    const left = () => ({ tab, initiator, method, url, header, mcp: readMcp(header) });
    const handle = handleIn(header('Authorization'));
    const around = handle && ({ handle, from: tab === NO_TAB ? 'serviceWorker' : 'worker' } as const);
    const hasProof = typeof jti === 'string';
    // A service worker of the page that sends its requests on.
    if (hasProof && tab === NO_TAB && around) unproved(initiator, url, undefined, around);
    if (hasProof && proofLog.sent(jti, left())) {
      proofs.set(details.requestId, jti);
      return;
    }
    // What is sent on, or once more by the browser, is one request.
    if (proofs.has(details.requestId) || sentOn.has(details.requestId)) return;
    const asBearer = proofLog.sentAsBearer(left()) ?? (fragment && proofLog.sentTooLate(left(), fragment));
    if (asBearer !== undefined) {
      proofs.set(details.requestId, asBearer);
      return;
    }
    if (proofLog.leftUnasked(left())) return;
    const scheme = ownScheme(header('Authorization'));
    // A proof of the page's own says nothing of what it presents beside it.
    if (!hasProof) unproved(initiator, url, scheme, around);
    else if (scheme !== undefined && scheme !== 'DPoP') unproved(initiator, url, scheme, undefined);
  };

  const onAnswer = ({ requestId, statusCode, responseHeaders }: WebRequest.OnHeadersReceivedDetailsType): undefined => {
    const jti = proofs.get(requestId);
    proofs.delete(requestId);
    if (!REDIRECTS.has(statusCode)) sentOn.delete(requestId);
    else if (jti !== undefined) sentOn.add(requestId);
    if (jti === undefined) return;
    const fields = responseHeaders?.map(({ value = '' }) => value);
    void proofLog.answered(jti, statusCode, headerIn(responseHeaders), fields).catch(failed);
  };

  const onError = (details: WebRequest.OnErrorOccurredDetailsType & { initiator?: string }): void => {
    const { requestId, error, initiator, tabId: tab, method } = details;
    const jti = proofs.get(requestId);
    proofs.delete(requestId);
    if (jti !== undefined) proofLog.lost(jti, error === BROKEN_OFF);
    else if (initiator && !sentOn.has(requestId)) {
      const { url } = readWireUrl(details.url);
      proofLog.unsent({ tab, initiator: namedByBrowser(initiator), method, url }, !KEPT_BACK.test(error));
    }
    sentOn.delete(requestId);
  };

  if (!isBeingInstalled()) observeNavigations();

  function observeNavigations(): void {
    const { onSendHeaders } = browser.webRequest;
    onSendHeaders.removeListener(onNavigation);
    onSendHeaders.addListener(onNavigation, { urls: ['*://*/*'], types: ['main_frame', 'sub_frame'] });
  }

  /** Observes requests to these resources, and to no others. */
  function watch(resources: readonly string[], again = false): void {
    const urls = [...new Set(resources.map(patternOf))].sort();
    if (again) observeNavigations();
    if (!again && urls.join() === watched.join()) return;
    watched = urls;
    const { onSendHeaders, onHeadersReceived, onErrorOccurred } = browser.webRequest;
    onSendHeaders.removeListener(onSend);
    onHeadersReceived.removeListener(onAnswer);
    onErrorOccurred.removeListener(onError);
    if (urls.length === 0) return;
    onSendHeaders.addListener(onSend, { urls }, ['requestHeaders', 'extraHeaders' as 'requestHeaders']);
    onHeadersReceived.addListener(onAnswer, { urls }, ['responseHeaders']);
    onErrorOccurred.addListener(onError, { urls });
  }

  return { watch };
}

/**
 * Whether the browser evaluates this worker for the first time, after an install or an update. Until some site is allowed, Chrome
 * takes each listener for an error, and shows that beside the extension; no event can have started the worker then.
 */
function isBeingInstalled(): boolean {
  return (globalThis as { registration?: Pick<ServiceWorkerRegistration, 'active'> }).registration?.active === null;
}

/** The scheme of a page's own credentials; a handle is none. */
function ownScheme(authorization: string | null): string | undefined {
  return authorization === null || mentionsHandle(authorization) ? undefined : schemeOf(authorization);
}

function handleIn(authorization: string | null): AccessHandle | undefined {
  const token = readHandle(authorization ?? '')?.token;
  return token !== undefined && isAccessHandle(token) ? token : undefined;
}
