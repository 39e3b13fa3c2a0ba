/** Which official SDK drives the agent. */
export type SdkVersion = 'v1' | 'v2';

/** What the address bar chooses. */
export interface Settings {
  /** `?sdk=v1|v2`, remembered. */
  readonly sdk: SdkVersion;
  /** `?signin=popup` signs in through a window; otherwise the page goes there and comes back. */
  readonly signIn: 'redirect' | 'popup';
  /** `?dpop=own`: the page keeps a DPoP key itself. Version 2 only. */
  readonly ownDpop: boolean;
  /** `?stage=off` shows the notebook alone, as does a frame. */
  readonly stage: boolean;
  /** `?servers=bearer`: the demo's servers that know bearer tokens alone. */
  readonly servers: ServerKind;
  /** `?act=2` or `?act=3`. */
  readonly act: ActNumber;
}

/** What the demo's servers know: DPoP, or bearer tokens alone. */
export type ServerKind = 'dpop' | 'bearer';

export const ACTS = [1, 2, 3] as const;
export type ActNumber = (typeof ACTS)[number];

const SDK = 'folio.sdk';

/** @param address the agent's page; on the callback page, the page that sent the person to sign in */
export function readSettings(address: string): Settings {
  const query = new URL(address).searchParams;
  const sdk = query.get('sdk') ?? localStorage.getItem(SDK);
  return {
    sdk: sdk === 'v1' ? 'v1' : 'v2',
    signIn: query.get('signin') === 'popup' ? 'popup' : 'redirect',
    ownDpop: query.get('dpop') === 'own',
    stage: query.get('stage') !== 'off' && window.top === window,
    servers: query.get('servers') === 'bearer' ? 'bearer' : 'dpop',
    act: ACTS.find((act) => String(act) === query.get('act')) ?? 1,
  };
}

/** Remembers the SDK, in the address too. */
export function rememberSdk(sdk: SdkVersion): void {
  localStorage.setItem(SDK, sdk);
  setQuery('sdk', sdk);
}

/** Changes one parameter of the address without leaving the page. */
export function setQuery(name: string, value: string): void {
  const address = new URL(location.href);
  address.searchParams.set(name, value);
  history.replaceState(null, '', address);
}
