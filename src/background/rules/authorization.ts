import type { Origin } from '../../model/origin.ts';
import type { SignIns } from '../../model/sign-in.ts';
import type { Thumbprint } from '../../protocol/dpop/key.ts';
import { createKeyedLock } from '../../structures/keyed-lock.ts';
import { createSessionRules, type Rule, type RuleBody } from './session-rules.ts';

/** Rules that add `dpop_jkt` to an agent's authorization requests (RFC 9449 §10). */
export function createAuthorizationRules() {
  const rules = createSessionRules('authorization');
  const serial = createKeyedLock();

  /** The agent's next sign-ins at this endpoint name this key, in place of the one before. */
  async function nameKey(agent: Origin, endpoint: string, thumbprint: Thumbprint, signIns: SignIns): Promise<void> {
    await serial('authorization', async () => {
      const standing = await at(agent, endpoint);
      const wanted = bodies(agent, endpoint, thumbprint, signIns);
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

export type AuthorizationRules = ReturnType<typeof createAuthorizationRules>;

/**
 * A site may have a login of its own at the same endpoint, which its server finishes without the key: only what names a
 * resource or a client of the agent's MCP sign-ins is touched; as long as no resource of theirs is known, any resource.
 */
function bodies(agent: Origin, endpoint: string, thumbprint: Thumbprint, { resources, clients }: SignIns): RuleBody[] {
  const start = `|${endpoint}${endpoint.includes('?') ? '&' : '?'}`;
  const initiatorDomains = [new URL(agent).hostname];
  const resourceTypes = ['main_frame' as const, 'sub_frame' as const];
  const condition = { initiatorDomains, resourceTypes, isUrlFilterCaseSensitive: true };
  // Of several members, Chrome would replace the first alone.
  const removeParams = ['dpop_jkt'];
  const queryTransform = { removeParams, addOrReplaceParams: [{ key: 'dpop_jkt', value: thumbprint }] };
  const action = { type: 'redirect', redirect: { transform: { queryTransform } } } as const;
  const members =
    resources.length > 0
      ? resources.map((origin) => `*resource=${encodeURIComponent(origin)}`)
      : ['resource=http', '*&resource=http'];
  // Encodings may be written either way.
  const ofResources = members.map((member) => ({
    ...condition,
    urlFilter: start + member,
    isUrlFilterCaseSensitive: false,
  }));
  const ofClients = clients
    .map((client) => encodeURIComponent(client))
    .filter((client) => !client.includes('*')) // a pattern in a filter
    .map((client) => ({ ...condition, urlFilter: `${start}*client_id=${client}^` }));
  // A request object or a pushed request has named its key already (RFC 9101 §4, RFC 9126 §4): none stands beside it.
  const pushed = ['request_uri=', '*&request_uri='].map((member) => ({ ...condition, urlFilter: start + member }));
  const unnamed = { type: 'redirect', redirect: { transform: { queryTransform: { removeParams } } } } as const;
  return [
    ...[...ofResources, ...ofClients].map((one) => ({ priority: 1, action, condition: one })),
    ...pushed.map((one) => ({ priority: 2, action: unnamed, condition: one })),
  ];
}

/** An endpoint, or a filter that begins with one, without its query. */
const placeOf = (endpoint: string): string => endpoint.split('?')[0] ?? '';

const isLike = (wanted: RuleBody) => (standing: RuleBody) =>
  standing.condition.urlFilter === wanted.condition.urlFilter && keyIn(standing.action) === keyIn(wanted.action);

function keyIn({ redirect }: RuleBody['action']): string | undefined {
  return redirect?.transform?.queryTransform?.addOrReplaceParams?.[0]?.value;
}
