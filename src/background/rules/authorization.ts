import type { Thumbprint } from '../../protocol/dpop/key.ts';
import { createSerial } from '../../sessions/serial.ts';
import type { Origin } from '../../sessions/session.ts';
import { createSessionRules, type RuleBody } from './session-rules.ts';

/** Rules that add `dpop_jkt` to an agent's authorization requests (RFC 9449 §10). */
export function createAuthorizationRules() {
  const rules = createSessionRules('authorization');
  const serial = createSerial();

  /** The agent's next navigations to this endpoint name this key, in place of the one before. */
  async function nameKey(agent: Origin, endpoint: string, thumbprint: Thumbprint): Promise<void> {
    await serial('authorization', async () => {
      const wanted = bodies(agent, endpoint, thumbprint);
      const standing = await rules.standing();
      const same = standing.filter(({ condition }) =>
        wanted.some(
          (body) =>
            body.condition.urlFilter === condition.urlFilter &&
            body.condition.initiatorDomains?.[0] === condition.initiatorDomains?.[0],
        ),
      );
      const unchanged = same.some(({ action }) => keyIn(action) === thumbprint);
      if (!unchanged)
        await rules.replace(
          same.map(({ id }) => id),
          wanted,
        );
    });
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
      await rules.replace(
        gone.map(({ id }) => id),
        [],
      );
    });
  }

  /** No authorization request may name a key that is not armed: nobody could redeem its code. */
  async function keepOnly(armed: readonly Thumbprint[]): Promise<void> {
    await serial('authorization', async () => {
      const gone = (await rules.standing()).filter(({ action }) => {
        const key = keyIn(action);
        return key !== undefined && !armed.some((thumbprint) => thumbprint === key);
      });
      if (gone.length > 0)
        await rules.replace(
          gone.map(({ id }) => id),
          [],
        );
    });
  }

  return { nameKey, clear, keepOnly };
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

function keyIn({ redirect }: RuleBody['action']): string | undefined {
  return redirect?.transform?.queryTransform?.addOrReplaceParams?.[0]?.value;
}
