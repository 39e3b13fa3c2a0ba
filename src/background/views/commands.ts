import { type Commands, DONE } from '../../messages/ui-request.ts';
import type { Origin, SessionId } from '../../model/session.ts';
import type { Holdfast } from '../../sessions/holdfast.ts';
import { forget } from '../../sessions/lifecycle/forget.ts';
import type { SessionStore } from '../../sessions/ports.ts';
import type { SettingsStore } from '../browser/settings.ts';
import type { AccessDesk } from '../consent/access.ts';
import type { PasskeyLock } from '../lock/passkey-lock.ts';
import type { Policies } from '../sites/policies.ts';
import type { SiteChoice } from '../sites/site-choice.ts';

interface Parts {
  readonly holdfast: Pick<Holdfast, 'revokeForPerson' | 'revokeAll' | 'retire' | 'drill'>;
  readonly sessions: SessionStore;
  readonly sites: SiteChoice;
  readonly desk: Pick<AccessDesk, 'decline'>;
  /** The person allows an agent its servers. */
  readonly allow: (agent: Origin) => Promise<void>;
  readonly policies: Pick<Policies, 'choose'>;
  readonly settings: Pick<SettingsStore, 'retain'>;
  readonly lock: Pick<PasskeyLock, 'commands'>;
  /** The badges of an agent's tabs may have changed. */
  readonly agentChanged: (agent: Origin) => void;
}

/** All that a person can do in a view. */
export function createCommands(parts: Parts): Commands {
  const { holdfast, sessions, sites, desk, allow, policies, settings, lock, agentChanged } = parts;
  return {
    protect: ({ origin }) => done(sites.protect(origin as Origin)),
    unprotect: ({ origin }) => done(sites.unprotect(origin as Origin)),
    policy: ({ origin, choice }) => done(policies.choose(origin, choice)),
    allow: ({ agent }) => done(allow(agent as Origin)),
    decline: ({ ask }) => done(desk.decline(ask)),
    revoke: ({ session }) => done(holdfast.revokeForPerson(session as SessionId)),
    revokeAll: ({ agent }) => done(holdfast.revokeAll(agent as Origin | undefined)),
    retire: ({ session }) => done(holdfast.retire(session as SessionId)),
    async forget({ session }) {
      const agent = await forget(sessions, session as SessionId);
      if (agent) agentChanged(agent);
      return DONE;
    },
    drill: ({ session }) => done(holdfast.drill.run(session as SessionId)),
    stopDrill: ({ session }) => done(holdfast.drill.stop(session as SessionId)),
    retain: ({ days }) => done(settings.retain(days)),
    ...lock.commands,
  };
}

async function done(work: Promise<void> | void) {
  await work;
  return DONE;
}
