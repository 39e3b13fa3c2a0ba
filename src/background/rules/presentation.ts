import browser from 'webextension-polyfill';
import type { Destination } from '../../model/destination.ts';
import { LATE_MS, LEFT_MS, PRESENTATION_MS } from '../../model/lifetimes.ts';
import type { Origin } from '../../model/origin.ts';
import { MOST_SLOTS } from '../../model/quotas.ts';
import type { SessionId } from '../../model/session.ts';
import type { AccessToken } from '../../model/tokens.ts';
import { type Credential, fieldValue } from '../../sessions/ports.ts';
import { keyOf, type PresentationSlot, slotOf } from '../../sessions/slots/presentation-slot.ts';
import { createKeyedLock } from '../../structures/keyed-lock.ts';
import { createSessionRules, type RuleBody } from './session-rules.ts';

/** What a rule presents, and where. */
interface Presenting {
  readonly agent: Origin;
  readonly slot: PresentationSlot;
  /** Undefined once the token is withdrawn, and only the preflight of a request that comes late is still answered for. */
  readonly credential: Credential | undefined;
}

interface Presented extends Presenting {
  readonly ids: readonly number[];
  /** When Chrome had it, in milliseconds. */
  readonly since: number;
  until: number;
  /** Looks then whether it is over. */
  timer?: ReturnType<typeof setTimeout>;
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
  const making = new Set<Presenting & { isWithdrawn: boolean }>();
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
    const slot = slotOf({ tab, agent }, to);
    const key = keyOf(slot);
    const standing = presented.get(key);
    if (standing && isSame(standing.credential, credential)) {
      standing.until = now() + PRESENTATION_MS;
      return;
    }
    const put = (): Promise<void> =>
      serial(key, async () => {
        const before = presented.get(key);
        const made = { agent, slot, credential, isWithdrawn: false };
        making.add(made);
        const ids = await rules
          .replace(before?.ids ?? [], bodies(agent, slot, credential))
          .finally(() => making.delete(made));
        if (made.isWithdrawn) {
          presented.delete(key);
          await rules.replace(ids, []);
          return;
        }
        clearTimeout(before?.timer);
        stand({ agent, slot, credential, ids, since: now(), until: now() + PRESENTATION_MS });
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
  async function renew(session: SessionId, accessToken: AccessToken, renewed: AccessToken): Promise<void> {
    const isOld = ({ credential }: Presented): boolean =>
      credential?.session === session && credential.accessToken === accessToken;
    const old = [...presented].filter(([, rule]) => isOld(rule));
    await Promise.all(old.map(([key]) => serial(key, () => replace(key, isOld, renewed))));
    recall(old.map(([, rule]) => rule));
  }

  async function replace(key: string, isOld: (rule: Presented) => boolean, renewed: AccessToken): Promise<void> {
    const before = presented.get(key);
    if (!before?.credential || !isOld(before)) return;
    const credential = { ...before.credential, accessToken: renewed };
    const ids = await rules.replace(before.ids, bodies(before.agent, before.slot, credential));
    // What was dropped meanwhile stays dropped.
    if (presented.get(key) !== before) {
      await rules.replace(ids, []);
      return;
    }
    stand({ ...before, credential, ids, since: now() });
  }

  /** A rule stands from now on, in the place of the one before it. */
  function stand(rule: Presented): void {
    presented.set(keyOf(rule.slot), rule);
    lookAgain(rule);
  }

  function stands(slot: PresentationSlot, credential: Credential, since: number): boolean {
    const rule = presented.get(keyOf(slot));
    return rule !== undefined && rule.since <= since && isSame(rule.credential, credential);
  }

  async function withdraw(accessToken: AccessToken): Promise<void> {
    recall(await drop(({ credential }) => credential?.accessToken === accessToken));
  }

  /** No token is presented anywhere: the vault is locked, or Holdfast has lost hosts. */
  async function withdrawAll(): Promise<void> {
    recall(await drop(() => true));
  }

  function recall(gone: readonly Presented[]): void {
    for (const { slot, agent } of gone) withdrawn(slot.tab, agent);
  }

  async function stepAside(slot: PresentationSlot): Promise<void> {
    await drop((rule) => keyOf(rule.slot) === keyOf(slot));
  }

  /** The document of a tab is gone. */
  async function leave(tab: number): Promise<void> {
    await drop(({ slot }) => slot.tab === tab);
  }

  /** Every request that was given a token here has left. It is withdrawn, unless the next is asked for at once. */
  function settle(slot: PresentationSlot): void {
    const rule = presented.get(keyOf(slot));
    if (!rule?.credential) return;
    rule.until = Math.min(rule.until, now() + LEFT_MS);
    lookAgain(rule);
  }

  function lookAgain(rule: Presented): void {
    clearTimeout(rule.timer);
    rule.timer = setTimeout(() => void expire(rule).catch(failed), rule.until - now());
  }

  async function expire(rule: Presented): Promise<void> {
    await serial(keyOf(rule.slot), async () => {
      if (presented.get(keyOf(rule.slot)) !== rule) return;
      if (rule.until > now()) lookAgain(rule);
      else if (rule.credential?.scheme === 'DPoP') await answerPreflights(rule);
      else await remove((standing) => standing === rule);
    });
  }

  /**
   * Takes the token away. A request that comes late, on a busy machine, is refused and made once more with a new proof. Were its
   * preflight not answered for, the page's call would fail.
   */
  async function answerPreflights(rule: Presented): Promise<void> {
    stand({ ...rule, credential: undefined, ids: rule.ids.slice(FILTERS), until: now() + LATE_MS });
    await rules.replace(rule.ids.slice(0, FILTERS), []);
  }

  /** Withdraws rules: those that stand, and those that are being made. */
  async function drop(matches: (rule: Presenting) => boolean): Promise<Presented[]> {
    for (const rule of making) if (matches(rule)) rule.isWithdrawn = true;
    return remove(matches);
  }

  async function remove(matches: (rule: Presented) => boolean): Promise<Presented[]> {
    const gone = [...presented.values()].filter(matches);
    for (const { slot, timer } of gone) {
      presented.delete(keyOf(slot));
      clearTimeout(timer);
    }
    const ids = gone.flatMap((rule) => rule.ids);
    if (ids.length > 0) await rules.replace(ids, []);
    return gone;
  }

  return { present, renew, stands, withdraw, withdrawAll, stepAside, settle, leave };
}

const isSame = (one: Credential | undefined, other: Credential): boolean =>
  one?.header === other.header &&
  one.mark === other.mark &&
  one.scheme === other.scheme &&
  one.accessToken === other.accessToken &&
  one.session === other.session;

/** The rules with the token come first. */
function bodies(agent: Origin, { tab, url }: PresentationSlot, credential: Credential): RuleBody[] {
  const condition = {
    isUrlFilterCaseSensitive: true,
    tabIds: [tab],
    initiatorDomains: [new URL(agent).hostname],
    // `fetch`, `XMLHttpRequest` and `EventSource`: no frame, form, beacon or image.
    resourceTypes: ['xmlhttprequest' as const],
  };
  const everywhere = (body: Omit<RuleBody, 'priority'>): RuleBody[] =>
    filtersOf(url, credential.mark).map((urlFilter) => ({
      ...body,
      priority: 1,
      condition: { ...body.condition, urlFilter },
    }));
  const { header, scheme } = credential;
  const requestHeaders = [{ header, operation: 'set' as const, value: fieldValue(credential) }];
  // Never on a preflight: a token on OPTIONS would reach a server that has not yet admitted the request.
  const token = { ...condition, excludedRequestMethods: ['options'] };
  // A request without a proof is, to its server's CORS, the one that the page made.
  if (scheme !== 'DPoP') return everywhere({ condition: token, action: { type: 'modifyHeaders', requestHeaders } });
  return [
    ...everywhere({
      condition: token,
      action: {
        type: 'modifyHeaders',
        requestHeaders,
        // Not what a server may put the token into: `WWW-Authenticate` the background sees by itself.
        responseHeaders: [{ header: 'access-control-expose-headers', operation: 'append', value: 'DPoP-Nonce' }],
      },
    }),
    ...everywhere({
      condition: { ...condition, requestMethods: ['options'] },
      action: {
        type: 'modifyHeaders',
        responseHeaders: [{ header: 'access-control-allow-headers', operation: 'append', value: 'dpop' }],
      },
    }),
  ];
}

/**
 * The URL itself, with any query, and with the mark where there is one: Chrome matches a fragment as a part of the URL. What is beside it
 * or below it is another slot: not `/mcp~other`, not `/mcp/other`.
 */
const filtersOf = (url: string, mark: string | undefined): string[] =>
  mark === undefined ? [`|${url}|`, `|${url}?`] : [`|${url}#${mark}|`, `|${url}?*#${mark}|`];
const FILTERS = 2;
