import type { Result } from '../../messages/ui.ts';
import { type Commands, DONE } from '../../messages/ui-request.ts';
import type { EndedSession } from '../../model/session.ts';
import type { Holdfast } from '../../sessions/holdfast.ts';
import { forget } from '../../sessions/lifecycle/forget.ts';
import type { SessionStore } from '../../sessions/ports.ts';
import type { SettingsStore } from '../browser/settings.ts';
import type { Changes } from '../changes.ts';
import type { Consent } from '../consent/consent.ts';
import type { PasskeyLock } from '../lock/passkey-lock.ts';
import type { Policies } from '../sites/policies.ts';
import type { SiteChoice } from '../sites/site-choice.ts';

interface Parts {
  readonly holdfast: Pick<Holdfast, 'revoke' | 'revokeAll' | 'retire' | 'drill'>;
  readonly sessions: SessionStore;
  readonly sites: SiteChoice;
  readonly consent: Pick<Consent, 'allow' | 'disallow' | 'decline'>;
  readonly policies: Pick<Policies, 'choose'>;
  readonly settings: Pick<SettingsStore, 'retain'>;
  readonly lock: Pick<PasskeyLock, 'commands'>;
  readonly changes: Changes;
}

/** All that a person can do in a view. */
export function createCommands(parts: Parts): Commands {
  const { holdfast, sessions, sites, consent, policies, settings, lock, changes } = parts;
  return {
    protect: ({ origin }) => done(sites.protect(origin)),
    unprotect: ({ origin }) => done(sites.unprotect(origin)),
    policy: ({ origin, choice }) => done(policies.choose(origin, choice)),
    allow: ({ agent, servers }) => done(consent.allow(agent, servers)),
    disallow: ({ agent, servers }) => done(consent.disallow(agent, servers)),
    decline: ({ ask }) => done(consent.decline(ask)),
    revoke: async ({ session }) => answerOf(await holdfast.revoke(session)),
    revokeAll: async ({ agent }) => answerOf(await holdfast.revokeAll(agent)),
    retire: async ({ session }) => answerOf(await holdfast.retire(session)),
    async forget({ session }) {
      const agent = await forget(sessions, session);
      if (agent) changes.tell('agent', agent);
      return DONE;
    },
    drill: async ({ session }) => answerOf(await holdfast.drill.run(session)),
    stopDrill: ({ session }) => done(holdfast.drill.stop(session)),
    retain: ({ days }) => done(settings.retain(days)),
    ...lock.commands,
  };
}

/** A session that has ended already cannot be worked on any more. */
function answerOf(outcome: 'locked' | 'over' | 'done' | EndedSession): Result {
  if (outcome === 'locked') return { ok: false, code: 'locked' };
  return outcome === 'over' ? { ok: false, code: 'session_ended' } : DONE;
}

async function done(work: Promise<void> | void) {
  await work;
  return DONE;
}
