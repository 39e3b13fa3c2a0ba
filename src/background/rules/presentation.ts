import browser from 'webextension-polyfill';
import type { Origin } from '../../model/session.ts';
import type { Credential } from '../../sessions/ports.ts';
import { placeOf, tabOf } from '../../sessions/requests/presentation-slot.ts';
import { createSerial } from '../../structures/keyed-lock.ts';
import { createSessionRules, type RuleBody } from './session-rules.ts';

/** A rule stands this long after the last proof, in milliseconds: longer than a proof may be out. */
const LIFETIME = 5_000;

/** The most URLs at which tokens stand for one tab of an agent, and for all of its tabs. Chrome has room for 5,000 rules. */
export const MOST_PLACES = { tab: 32, agent: 128 } as const;

interface Presented {
  readonly agent: Origin;
  readonly url: string;
  readonly credential: Credential;
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

  async function present(tab: number, agent: Origin, url: string, credential: Credential): Promise<void> {
    await ready;
    const place = placeOf(tab, url);
    const standing = presented.get(place);
    if (standing && isSame(standing.credential, credential)) {
      standing.until = now() + LIFETIME;
      return;
    }
    const put = (): Promise<void> =>
      serial(place, async () => {
        const before = presented.get(place);
        const ids = await rules.replace(before?.ids ?? [], bodies(tab, agent, url, credential));
        if (!before) setTimeout(() => void expire(place), LIFETIME);
        presented.set(place, { agent, url, credential, ids, until: now() + LIFETIME });
      });
    if (standing) return put();
    // An agent's new places are made one after another, and so counted.
    await serial(agent, async () => {
      if (!presented.has(place)) await makeRoom(tab, agent);
      await put();
    });
  }

  /** Of too many URLs of an agent, the token goes where it has stood longest without a new request. */
  async function makeRoom(tab: number, agent: Origin): Promise<void> {
    const own = [...presented].filter(([, rule]) => rule.agent === agent).sort(([, a], [, b]) => a.until - b.until);
    const here = own.filter(([place]) => tabOf(place) === tab);
    const [oldest] = here.length >= MOST_PLACES.tab ? here : own.length >= MOST_PLACES.agent ? own : [];
    if (oldest) await drop((place) => place === oldest[0]);
  }

  /**
   * A request that is about to leave with a proof over the old token is refused for it, and made once more. Were there no
   * rule at all, its preflight would fail, and the page's call with it.
   */
  async function renew(accessToken: string, renewed: string): Promise<void> {
    const old = [...presented].filter(([, rule]) => rule.credential.accessToken === accessToken);
    await Promise.all(old.map(([place]) => serial(place, () => replace(place, accessToken, renewed))));
    recall(old);
  }

  async function replace(place: string, accessToken: string, renewed: string): Promise<void> {
    const before = presented.get(place);
    if (before?.credential.accessToken !== accessToken) return;
    const credential = { ...before.credential, accessToken: renewed };
    const ids = await rules.replace(before.ids, bodies(tabOf(place), before.agent, before.url, credential));
    // What was dropped meanwhile stays dropped.
    if (presented.get(place) === before) presented.set(place, { ...before, credential, ids });
    else await rules.replace(ids, []);
  }

  async function withdraw(accessToken: string): Promise<void> {
    recall(await drop((_, { credential }) => credential.accessToken === accessToken));
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

const isSame = (one: Credential, other: Credential): boolean =>
  one.scheme === other.scheme && one.accessToken === other.accessToken;

function bodies(tab: number, agent: Origin, url: string, { scheme, accessToken }: Credential): RuleBody[] {
  const { origin, pathname } = new URL(url);
  const condition = {
    urlFilter: `|${origin}${pathname}^`,
    isUrlFilterCaseSensitive: true,
    tabIds: [tab],
    initiatorDomains: [new URL(agent).hostname],
  };
  // The rule for a longer path wins over the one for the path above it.
  const priority = pathname.length;
  const token: RuleBody = {
    priority,
    // Never on a preflight: a token on OPTIONS would reach a server that has not yet admitted the request.
    condition: { ...condition, excludedRequestMethods: ['options'] },
    action: {
      type: 'modifyHeaders',
      requestHeaders: [{ header: 'authorization', operation: 'set', value: `${scheme} ${accessToken}` }],
    },
  };
  // A request without a proof is, to its server's CORS, the one that the page made.
  if (scheme === 'Bearer') return [token];
  return [
    {
      ...token,
      action: {
        ...token.action,
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
