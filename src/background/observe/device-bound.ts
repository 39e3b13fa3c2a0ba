import browser, { type WebRequest } from 'webextension-polyfill';
import { originOf } from '../../model/origin.ts';
import { readDeviceBound } from '../../protocol/dbsc/headers.ts';
import type { CookieSessionStore } from '../store/cookie-sessions.ts';
import { headerIn } from './header-fields.ts';

const FRAMES: WebRequest.ResourceType[] = ['main_frame', 'sub_frame'];

/**
 * Sees which cookie sessions of protected sites and their servers the browser itself binds, from response headers. Holdfast
 * has no part in those.
 */
export function createDeviceBoundWatch({ note }: Pick<CookieSessionStore, 'note'>, failed: (error: unknown) => void) {
  let watched = '';

  const look = ({ url, responseHeaders, timeStamp }: WebRequest.OnHeadersReceivedDetailsType): undefined => {
    const told = readDeviceBound(headerIn(responseHeaders));
    if (!told) return;
    const { registers, challenges, algorithms, path } = told;
    void note({
      server: originOf(url),
      ...(registers && { registeredAt: timeStamp, algorithms, path }),
      ...(challenges && { challengedAt: timeStamp }),
    }).catch(failed);
  };

  // Chrome takes each function as one listener.
  const onAnswer = look.bind(undefined);
  const onPage = look.bind(undefined);

  return {
    /**
     * Watches these origins and no others.
     *
     * @param servers origins of MCP servers, whose pages alone are looked at: each listener costs each of their calls a message
     * @param again a host permission may be new: listeners of before do not fire
     */
    watch(origins: Iterable<string>, servers: Iterable<string>, again = false): void {
      const urls = patterns(origins);
      const pages = patterns(servers);
      const wanted = `${urls.join()} ${pages.join()}`;
      if (!again && wanted === watched) return;
      watched = wanted;
      const { onHeadersReceived } = browser.webRequest;
      for (const listener of [onAnswer, onPage]) onHeadersReceived.removeListener(listener);
      if (urls.length > 0) listen(onAnswer, urls, [...FRAMES, 'xmlhttprequest']);
      if (pages.length > 0) listen(onPage, pages, FRAMES);
    },
  };

  function listen(listener: typeof look, urls: string[], types: WebRequest.ResourceType[]): void {
    browser.webRequest.onHeadersReceived.addListener(listener, { urls, types }, ['responseHeaders']);
  }
}

const patterns = (origins: Iterable<string>): string[] => [...new Set(origins)].sort().map((origin) => `${origin}/*`);
