import browser, { type WebRequest } from 'webextension-polyfill';
import { originOf } from '../../model/origin.ts';
import { readDeviceBound } from '../../protocol/dbsc/headers.ts';
import type { CookieSessionStore } from '../store/cookie-sessions.ts';
import { headerIn } from './header-fields.ts';

/**
 * Sees which cookie sessions of protected sites and their servers the browser itself binds, from response headers. Holdfast
 * has no part in those.
 */
export function createDeviceBoundWatch({ note }: Pick<CookieSessionStore, 'note'>, failed: (error: unknown) => void) {
  let watched = '';

  const onAnswer = ({ url, responseHeaders, timeStamp }: WebRequest.OnHeadersReceivedDetailsType): undefined => {
    const told = readDeviceBound(headerIn(responseHeaders));
    if (!told) return;
    const { registers, challenges, algorithms, path } = told;
    void note({
      server: originOf(url),
      ...(registers && { registeredAt: timeStamp, algorithms, path }),
      ...(challenges && { challengedAt: timeStamp }),
    }).catch(failed);
  };

  return {
    /** Watches these origins and no others. @param again a host permission may be new: listeners of before do not fire */
    watch(origins: Iterable<string>, again = false): void {
      const urls = [...new Set(origins)].sort().map((origin) => `${origin}/*`);
      if (!again && urls.join() === watched) return;
      watched = urls.join();
      browser.webRequest.onHeadersReceived.removeListener(onAnswer);
      if (urls.length === 0) return;
      const types: WebRequest.ResourceType[] = ['main_frame', 'sub_frame', 'xmlhttprequest'];
      browser.webRequest.onHeadersReceived.addListener(onAnswer, { urls, types }, ['responseHeaders']);
    },
  };
}
