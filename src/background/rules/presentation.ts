import browser from 'webextension-polyfill';
import type { Destination } from '../../model/destination.ts';
import { PRESENTATION_MS } from '../../model/lifetimes.ts';
import type { Origin } from '../../model/origin.ts';
import { MOST_SLOTS } from '../../model/quotas.ts';
import type { AccessToken } from '../../model/tokens.ts';
import type { Credential } from '../../sessions/ports.ts';
import { keyOf, type PresentationSlot, slotOf } from '../../sessions/requests/presentation-slot.ts';
import { createKeyedLock } from '../../structures/keyed-lock.ts';
import { createSessionRules, type RuleBody } from './session-rules.ts';

interface Presented {
  readonly agent: Origin;
  readonly slot: PresentationSlot;
  readonly credential: Credential;
  readonly ids: readonly number[];
  until: number;
}

/**
 * Rules that put the real access token on a tab's requests, in the network layer: the page never holds it.
 *
 * @param withdrawn called when a token was withdrawn: proofs that were made ahead for it are worthless
 */
export function createPresentationRules(
  now: () => number,
  withdrawn: (tab: number, agent: Origin) => void,
  failed: (error: unknown) => void,
) {
  const rules = createSessionRules('presentation');
  const serial = createKeyedLock();
  const presented = new Map<string, Presented>();
  /** Rules that Chrome is being given. One that is withdrawn by then is taken back at once. */
  const making = new Set<Presented & { isWithdrawn: boolean }>();
  // An earlier worker may have left rules.
  const ready = rules.standing().then((left) =>
    rules.replace(
      left.map(({ id }) => id),
      [],
    ),
  );

  // Chrome applies a rule for some time after the permission for its host was removed.
  browser.permissions.onRemoved.addListener(() => void withdrawAll().catch(failed));

  async function present(tab: number, agent: Origin, to: Destination, credential: Credential): Promise<void> {
    await ready;
    const slot = slotOf(tab, to);
    const key = keyOf(slot);
    const standing = presented.get(key);
    if (standing && isSame(standing.credential, credential)) {
      standing.until = now() + PRESENTATION_MS;
      return;
    }
    const put = (): Promise<void> =>
      serial(key, async () => {
        const before = presented.get(key);
        const made = { agent, slot, credential, ids: [], until: Number.POSITIVE_INFINITY, isWithdrawn: false };
        making.add(made);
        const ids = await rules
          .replace(before?.ids ?? [], bodies(agent, slot, credential))
          .finally(() => making.delete(made));
        if (made.isWithdrawn) {
          presented.delete(key);
          await rules.replace(ids, []);
          return;
        }
        if (!before) setTimeout(() => void expire(key).catch(failed), PRESENTATION_MS);
        presented.set(key, { agent, slot, credential, ids, until: now() + PRESENTATION_MS });
      });
    if (standing) return put();
    // An agent's new slots are taken one after another, and so counted.
    await serial(agent, async () => {
      if (!presented.has(key)) await makeRoom(tab, agent);
      await put();
    });
  }

  /** Of too many URLs of an agent, the token goes where it has stood longest without a new request. */
  async function makeRoom(tab: number, agent: Origin): Promise<void> {
    const own = [...presented.values()].filter((rule) => rule.agent === agent).sort((a, b) => a.until - b.until);
    const here = own.filter(({ slot }) => slot.tab === tab);
    const [oldest] = here.length >= MOST_SLOTS.tab ? here : own.length >= MOST_SLOTS.agent ? own : [];
    if (oldest) await remove((rule) => rule === oldest);
  }

  /**
   * A request that is about to leave with a proof over the old token is refused for it, and made once more. Were there no
   * rule at all, its preflight would fail, and the page's call with it.
   */
  async function renew(accessToken: AccessToken, renewed: AccessToken): Promise<void> {
    const old = [...presented].filter(([, rule]) => rule.credential.accessToken === accessToken);
    await Promise.all(old.map(([key]) => serial(key, () => replace(key, accessToken, renewed))));
    recall(old.map(([, rule]) => rule));
  }

  async function replace(key: string, accessToken: AccessToken, renewed: AccessToken): Promise<void> {
    const before = presented.get(key);
    if (before?.credential.accessToken !== accessToken) return;
    const credential = { ...before.credential, accessToken: renewed };
    const ids = await rules.replace(before.ids, bodies(before.agent, before.slot, credential));
    // What was dropped meanwhile stays dropped.
    if (presented.get(key) === before) presented.set(key, { ...before, credential, ids });
    else await rules.replace(ids, []);
  }

  async function withdraw(accessToken: AccessToken): Promise<void> {
    recall(await drop(({ credential }) => credential.accessToken === accessToken));
  }

  /** No token is presented anywhere: the vault is locked, or Holdfast has lost hosts. */
  async function withdrawAll(): Promise<void> {
    recall(await drop(() => true));
  }

  function recall(gone: readonly Presented[]): void {
    for (const { slot, agent } of gone) withdrawn(slot.tab, agent);
  }

  async function stepAside(tab: number, url?: string): Promise<void> {
    const wanted = url === undefined ? undefined : keyOf(slotOf(tab, url));
    await drop(({ slot }) => (wanted === undefined ? slot.tab === tab : keyOf(slot) === wanted));
  }

  async function expire(key: string): Promise<void> {
    const left = (presented.get(key)?.until ?? 0) - now();
    if (left > 0) setTimeout(() => void expire(key).catch(failed), left);
    else await remove(({ slot }) => keyOf(slot) === key);
  }

  /** Withdraws rules: those that stand, and those that are being made. */
  async function drop(matches: (rule: Presented) => boolean): Promise<Presented[]> {
    for (const rule of making) if (matches(rule)) rule.isWithdrawn = true;
    return remove(matches);
  }

  async function remove(matches: (rule: Presented) => boolean): Promise<Presented[]> {
    const gone = [...presented.values()].filter(matches);
    for (const { slot } of gone) presented.delete(keyOf(slot));
    const ids = gone.flatMap((rule) => rule.ids);
    if (ids.length > 0) await rules.replace(ids, []);
    return gone;
  }

  return { present, renew, withdraw, withdrawAll, stepAside };
}

const isSame = (one: Credential, other: Credential): boolean =>
  one.scheme === other.scheme && one.accessToken === other.accessToken;

function bodies(agent: Origin, { tab, url }: PresentationSlot, { scheme, accessToken }: Credential): RuleBody[] {
  const condition = {
    urlFilter: `|${url}^`,
    isUrlFilterCaseSensitive: true,
    tabIds: [tab],
    initiatorDomains: [new URL(agent).hostname],
  };
  // The rule for a longer path wins over the one for the path above it.
  const priority = new URL(url).pathname.length;
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
