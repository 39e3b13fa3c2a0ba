import browser from 'webextension-polyfill';
import { placeOf, tabOf } from '../../sessions/place.ts';
import { createSerial } from '../../sessions/serial.ts';
import type { Origin } from '../../sessions/session.ts';
import { createSessionRules, type RuleBody } from './session-rules.ts';

/** A rule stands this long after the last proof, in milliseconds: longer than a proof may be out. */
const LIFETIME = 5_000;

interface Presented {
  readonly agent: Origin;
  readonly url: string;
  readonly accessToken: string;
  readonly ids: readonly number[];
  until: number;
}

/**
 * Rules that put the real access token on a tab's requests, in the network layer: the page never holds it.
 *
 * @param withdrawn is told where a token was withdrawn: proofs that were made ahead for it are worthless
 */
export function createPresentationRules(now: () => number, withdrawn: (tab: number, agent: Origin) => void) {
  const rules = createSessionRules('presentation');
  const serial = createSerial();
  const presented = new Map<string, Presented>();
  // What an earlier worker presented is nobody's now.
  const ready = rules.standing().then((left) =>
    rules.replace(
      left.map(({ id }) => id),
      [],
    ),
  );

  // A rule that stands is applied for some time though its hosts were taken back.
  browser.permissions.onRemoved.addListener(() => void withdrawAll());

  async function present(tab: number, agent: Origin, url: string, accessToken: string): Promise<void> {
    await ready;
    const place = placeOf(tab, url);
    const standing = presented.get(place);
    if (standing?.accessToken === accessToken) {
      standing.until = now() + LIFETIME;
      return;
    }
    await serial(place, async () => {
      const before = presented.get(place);
      const ids = await rules.replace(before?.ids ?? [], bodies(tab, agent, url, accessToken));
      if (!before) setTimeout(() => void expire(place), LIFETIME);
      presented.set(place, { agent, url, accessToken, ids, until: now() + LIFETIME });
    });
  }

  /**
   * A request that is about to leave with a proof over the old token is refused for it, and made once more. Were there no
   * rule at all, its preflight would fail, and the page's call with it.
   */
  async function renew(accessToken: string, renewed: string): Promise<void> {
    const old = [...presented].filter(([, rule]) => rule.accessToken === accessToken);
    await Promise.all(old.map(([place]) => serial(place, () => replace(place, accessToken, renewed))));
    recall(old);
  }

  async function replace(place: string, accessToken: string, renewed: string): Promise<void> {
    const before = presented.get(place);
    if (before?.accessToken !== accessToken) return;
    const ids = await rules.replace(before.ids, bodies(tabOf(place), before.agent, before.url, renewed));
    // What was dropped meanwhile stays dropped.
    if (presented.get(place) === before) presented.set(place, { ...before, accessToken: renewed, ids });
    else await rules.replace(ids, []);
  }

  async function withdraw(accessToken: string): Promise<void> {
    recall(await drop((_, { accessToken: token }) => token === accessToken));
  }

  /** No token is presented anywhere: the vault is locked, or Holdfast has lost hosts. */
  async function withdrawAll(): Promise<void> {
    recall(await drop(() => true));
  }

  function recall(gone: readonly [string, Presented][]): void {
    for (const [place, { agent }] of gone) withdrawn(tabOf(place), agent);
  }

  async function stepAside(tab: number, url?: string): Promise<void> {
    const wanted = url === undefined ? undefined : placeOf(tab, url);
    await drop((place) => (wanted === undefined ? place.startsWith(`${tab} `) : place === wanted));
  }

  async function expire(place: string): Promise<void> {
    const left = (presented.get(place)?.until ?? 0) - now();
    if (left > 0) setTimeout(() => void expire(place), left);
    else await drop((other) => other === place);
  }

  async function drop(matches: (place: string, rule: Presented) => boolean): Promise<[string, Presented][]> {
    const gone = [...presented].filter(([place, rule]) => matches(place, rule));
    for (const [place] of gone) presented.delete(place);
    const ids = gone.flatMap(([, rule]) => rule.ids);
    if (ids.length > 0) await rules.replace(ids, []);
    return gone;
  }

  return { present, renew, withdraw, withdrawAll, stepAside };
}

function bodies(tab: number, agent: Origin, url: string, accessToken: string): RuleBody[] {
  const { origin, pathname } = new URL(url);
  const condition = {
    urlFilter: `|${origin}${pathname}^`,
    isUrlFilterCaseSensitive: true,
    tabIds: [tab],
    initiatorDomains: [new URL(agent).hostname],
  };
  // The rule for a longer path wins over the one for the path above it.
  const priority = pathname.length;
  return [
    {
      priority,
      // Never on a preflight: a token on OPTIONS would reach a server that has not yet admitted the request.
      condition: { ...condition, excludedRequestMethods: ['options'] },
      action: {
        type: 'modifyHeaders',
        requestHeaders: [{ header: 'authorization', operation: 'set', value: `DPoP ${accessToken}` }],
        responseHeaders: [
          { header: 'access-control-expose-headers', operation: 'append', value: 'DPoP-Nonce, WWW-Authenticate' },
        ],
      },
    },
    {
      priority,
      condition: { ...condition, requestMethods: ['options'] },
      action: {
        type: 'modifyHeaders',
        responseHeaders: [{ header: 'access-control-allow-headers', operation: 'append', value: 'dpop' }],
      },
    },
  ];
}
