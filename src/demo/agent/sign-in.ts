import type { Navigate } from './oauth/in-page-oauth.ts';

const RETURN = 'folio.return';

/** What the callback page tells the page that opened it. */
export interface CallbackMessage {
  readonly type: 'folio.callback';
  readonly search: string;
}

/** Leaves for the authorization server. The callback page comes back here. */
export const redirectToSignIn: Navigate = (authorizationUrl) => {
  sessionStorage.setItem(RETURN, location.href);
  location.assign(authorizationUrl);
};

/** Where the sign-in that ends on this page started. */
export function takeReturnAddress(): string {
  const address = sessionStorage.getItem(RETURN) ?? location.origin;
  sessionStorage.removeItem(RETURN);
  return address;
}

/** Opens the authorization server in a window. `false` when the browser does not let it. */
export function openSignInWindow(authorizationUrl: URL): boolean {
  return window.open(authorizationUrl, 'folio-sign-in', 'popup,width=520,height=680') !== null;
}

/** Waits for the callback page in the sign-in window. `undefined` when nobody wants to wait any more. */
export function waitForCallback(signal: AbortSignal): Promise<URLSearchParams | undefined> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
    const receive = ({ data, origin }: MessageEvent<CallbackMessage>) => {
      if (origin !== location.origin || data?.type !== 'folio.callback') return;
      window.removeEventListener('message', receive);
      resolve(new URLSearchParams(data.search));
    };
    window.addEventListener('message', receive, { signal });
  });
}

/** Hands the reply to the page that opened this one. `false` when this is no sign-in window. */
export function reportToOpener(search: string): boolean {
  const opener = window.opener as Window | null;
  if (!opener) return false;
  const message: CallbackMessage = { type: 'folio.callback', search };
  opener.postMessage(message, location.origin);
  window.close();
  return true;
}
