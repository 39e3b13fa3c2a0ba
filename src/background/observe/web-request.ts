import browser, { type WebRequest } from 'webextension-polyfill';
import { readHandle } from '../../model/handle.ts';
import { namedByBrowser, type Origin } from '../../model/origin.ts';
import { schemeOf } from '../../protocol/http/scheme.ts';
import { readMcp } from '../../protocol/mcp/headers.ts';
import type { ProofLog } from '../../sessions/requests/proof-log.ts';
import { decodeProof, headerIn, patternOf } from './header-fields.ts';

interface Parts {
  readonly proofLog: ProofLog;
  /** A navigation that may be an authorization request. */
  readonly navigated: (initiator: Origin, url: string) => void;
  /** A request to a known resource that left without a proof of ours. */
  readonly unproved: (initiator: Origin, url: string, scheme: string | undefined) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * What the network sees: `webRequest`, observing only. Requests are matched to proofs by `jti`.
 *
 * Listeners that were added before a host permission was granted do not fire: `watch` is called again then.
 */
export function createWebRequest({ proofLog, navigated, unproved, failed }: Parts) {
  const proofs = new Map<string, string>();
  let watched: string[] = [];

  const onNavigation = ({
    initiator,
    url,
  }: WebRequest.OnBeforeRequestDetailsType & { initiator?: string }): undefined => {
    if (initiator) navigated(namedByBrowser(initiator), url);
  };

  const onSend = (details: WebRequest.OnSendHeadersDetailsType & { initiator?: string }): void => {
    if (details.method === 'OPTIONS' || !details.initiator) return;
    const header = headerIn(details.requestHeaders);
    const authorization = header('Authorization') ?? undefined;
    const proof = decodeProof(header('DPoP'), details.timeStamp);
    const jti = proof?.claims.jti;
    const { url, tabId: tab } = details;
    const initiator = namedByBrowser(details.initiator);
    const left = () => ({ tab, initiator, url, authorization, mcp: readMcp(header) });
    if (proof !== undefined && typeof jti === 'string') {
      if (proofLog.sent(jti, { ...left(), proof })) proofs.set(details.requestId, jti);
      return;
    }
    const asBearer = authorization === undefined ? undefined : proofLog.sentAsBearer(left());
    if (asBearer === undefined) unproved(initiator, url, ownScheme(authorization));
    else proofs.set(details.requestId, asBearer);
  };

  const onAnswer = ({ requestId, statusCode, responseHeaders }: WebRequest.OnHeadersReceivedDetailsType): undefined => {
    const jti = proofs.get(requestId);
    proofs.delete(requestId);
    if (jti !== undefined) void proofLog.answered(jti, statusCode, headerIn(responseHeaders)).catch(failed);
  };

  const onError = ({ requestId }: WebRequest.OnErrorOccurredDetailsType): void => {
    const jti = proofs.get(requestId);
    proofs.delete(requestId);
    if (jti !== undefined) proofLog.lost(jti);
  };

  observeNavigations();

  function observeNavigations(): void {
    const { onBeforeRequest } = browser.webRequest;
    onBeforeRequest.removeListener(onNavigation);
    onBeforeRequest.addListener(onNavigation, { urls: ['*://*/*'], types: ['main_frame', 'sub_frame'] });
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

/** The scheme of a page's own credentials; a handle is none. */
function ownScheme(authorization: string | undefined): string | undefined {
  return authorization === undefined || readHandle(authorization) ? undefined : schemeOf(authorization);
}
