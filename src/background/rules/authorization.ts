import type { Thumbprint } from '../../protocol/dpop/key.ts';
import { createSerial } from '../../sessions/serial.ts';
import type { Origin } from '../../sessions/session.ts';
import { createSessionRules, type Rule, type RuleBody } from './session-rules.ts';

/** Rules that add `dpop_jkt` to an agent's authorization requests (RFC 9449 §10). */
export function createAuthorizationRules() {
  const rules = createSessionRules('authorization');
  const serial = createSerial();

  /** The agent's next navigations to this endpoint name this key, in place of the one before. */
  async function nameKey(agent: Origin, endpoint: string, thumbprint: Thumbprint): Promise<void> {
    await serial('authorization', async () => {
      const standing = await at(agent, endpoint);
      const wanted = bodies(agent, endpoint, thumbprint);
      const isUnchanged = standing.length === wanted.length && wanted.every((body) => standing.some(isLike(body)));
      if (!isUnchanged) await replace(standing, wanted);
    });
  }

  /** The agent's next navigations to this endpoint leave as it makes them. */
  async function nameNone(agent: Origin, endpoint: string): Promise<void> {
    await serial('authorization', async () => replace(await at(agent, endpoint)));
  }

  /** The rules at an endpoint: it is known by its origin and path, whatever query its metadata give it. */
  async function at(agent: Origin, endpoint: string): Promise<Rule[]> {
    const { hostname } = new URL(agent);
    const place = placeOf(endpoint);
    return (await rules.standing()).filter(
      ({ condition: { initiatorDomains, urlFilter = '' } }) =>
        initiatorDomains?.[0] === hostname && placeOf(urlFilter.slice(1)) === place,
    );
  }

  async function replace(standing: readonly Rule[], wanted: readonly RuleBody[] = []): Promise<void> {
    if (standing.length + wanted.length === 0) return;
    await rules.replace(
      standing.map(({ id }) => id),
      wanted,
    );
  }

  /**
   * The agent is no longer protected: its authorization requests leave as it makes them. Without an agent: none can be
   * protected, because the keys cannot be had.
   */
  async function clear(agent?: Origin): Promise<void> {
    await serial('authorization', async () => {
      const hostname = agent && new URL(agent).hostname;
      const gone = (await rules.standing()).filter(
        ({ condition }) => hostname === undefined || condition.initiatorDomains?.[0] === hostname,
      );
      await replace(gone);
    });
  }

  /** No authorization request may name a key that is not armed: nobody could redeem its code. */
  async function keepOnly(armed: readonly Thumbprint[]): Promise<void> {
    await serial('authorization', async () => {
      const gone = (await rules.standing()).filter(({ action }) => {
        const key = keyIn(action);
        return key !== undefined && !armed.some((thumbprint) => thumbprint === key);
      });
      await replace(gone);
    });
  }

  return { nameKey, nameNone, clear, keepOnly };
}

function bodies(agent: Origin, endpoint: string, thumbprint: Thumbprint): RuleBody[] {
  const start = `|${endpoint}${endpoint.includes('?') ? '&' : '?'}`;
  const condition = {
    initiatorDomains: [new URL(agent).hostname],
    resourceTypes: ['main_frame' as const, 'sub_frame' as const],
    isUrlFilterCaseSensitive: true,
  };
  // Of several members, Chrome would replace the first alone.
  const queryTransform = { removeParams: ['dpop_jkt'], addOrReplaceParams: [{ key: 'dpop_jkt', value: thumbprint }] };
  return [
    {
      priority: 1,
      action: {
        type: 'redirect',
        redirect: { transform: { queryTransform } },
      },
      condition: { ...condition, urlFilter: start },
    },
    // A request object or a pushed request has named its key already (RFC 9101 §4, RFC 9126 §4).
    { priority: 2, action: { type: 'allow' }, condition: { ...condition, urlFilter: `${start}*request_uri=` } },
  ];
}

/** What of an endpoint, or of a filter that begins with one, stands before its query. */
const placeOf = (endpoint: string): string => endpoint.split('?')[0] ?? '';

const isLike = (wanted: RuleBody) => (standing: RuleBody) =>
  standing.condition.urlFilter === wanted.condition.urlFilter && keyIn(standing.action) === keyIn(wanted.action);

function keyIn({ redirect }: RuleBody['action']): string | undefined {
  return redirect?.transform?.queryTransform?.addOrReplaceParams?.[0]?.value;
}
