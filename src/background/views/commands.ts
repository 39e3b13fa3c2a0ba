import type { FailureCode, Result } from '../../messages/ui.ts';
import { type Commands, DONE } from '../../messages/ui-request.ts';
import { type GivenHandle, isGivenHandle } from '../../model/handle.ts';
import type { Origin } from '../../model/origin.ts';
import { type PolicyChoice, withChange, withHolder } from '../../model/policy.ts';
import type { EndedSession } from '../../model/session.ts';
import type { Holdfast } from '../../sessions/holdfast.ts';
import { forget } from '../../sessions/lifecycle/forget.ts';
import type { SessionStore } from '../../sessions/ports.ts';
import { deleteEverything } from '../browser/everything.ts';
import type { SettingsStore } from '../browser/settings.ts';
import type { Changes } from '../changes.ts';
import type { Consent } from '../consent/consent.ts';
import type { PasskeyLock } from '../lock/passkey-lock.ts';
import type { Policies } from '../sites/policies.ts';
import type { Protection } from '../sites/protection.ts';
import type { SiteChoice } from '../sites/site-choice.ts';

interface Parts {
  readonly holdfast: Pick<
    Holdfast,
    'revoke' | 'revokeAll' | 'endUnasked' | 'rename' | 'retire' | 'takeBack' | 'drill' | 'givenKeys'
  >;
  readonly protection: Pick<Protection, 'isProtected'>;
  readonly sessions: SessionStore;
  readonly sites: SiteChoice;
  readonly consent: Pick<Consent, 'allow' | 'allowFurther' | 'disallow' | 'decline'>;
  readonly policies: Pick<Policies, 'change' | 'protects'>;
  readonly settings: Pick<SettingsStore, 'retain'>;
  readonly lock: Pick<PasskeyLock, 'commands' | 'hindrance'>;
  readonly changes: Changes;
}

/** All that a person can do in a view. */
export function createCommands(parts: Parts): Commands {
  const { holdfast, sessions, protection, sites, consent, policies, settings, lock, changes } = parts;
  const { givenKeys } = holdfast;

  /** @param secret what the passkey gave for it, where it loosens */
  async function decide(site: Origin, made: (chosen: PolicyChoice) => PolicyChoice, secret?: string): Promise<Result> {
    return (await policies.change(site, made, () => lock.hindrance(secret))) ?? DONE;
  }

  return {
    protect: ({ origin }) => done(sites.protect(origin)),
    async unprotect({ origin, secret }) {
      if ((await policies.protects()).includes(origin)) return not('not_allowed');
      return (await lock.hindrance(secret)) ?? done(sites.unprotect(origin));
    },
    policy: ({ origin, change, secret }) => decide(origin, (chosen) => withChange(chosen, change), secret),
    handOver: ({ agent, resource, secret }) => decide(agent, (chosen) => withHolder(chosen, resource, 'page'), secret),
    keepAgain: ({ agent, resource }) => decide(agent, (chosen) => withHolder(chosen, resource, 'holdfast')),
    allow: ({ agent, servers }) => done(consent.allow(agent, servers)),
    disallow: ({ agent, servers }) => done(consent.disallow(agent, servers)),
    decline: ({ ask }) => done(consent.decline(ask)),
    allowFurther: ({ ask }) => done(consent.allowFurther(ask)),
    takeBack: async ({ session, address }) => answerOf(await holdfast.takeBack(session, address)),
    revoke: async ({ session }) => answerOf(await holdfast.revoke(session)),
    endUnasked: async ({ session, wanted }) => answerOf(await holdfast.endUnasked(session, wanted)),
    revokeAll: async ({ agent }) => answerOf(await holdfast.revokeAll(agent)),
    retire: async ({ session }) => answerOf(await holdfast.retire(session)),
    async keep({ kind: _, ...key }) {
      return (await protection.isProtected(key.agent)) ? handleIn(await givenKeys.keep(key)) : not('not_allowed');
    },
    rename: async ({ session, name }) => answerOf(await holdfast.rename(session, name.trim())),
    replace: async ({ session, secret }) => answerOf(await givenKeys.replace(session, secret)),
    showHandle: async ({ session }) => handleIn(await givenKeys.handleOf(session)),
    async forget({ session }) {
      const agent = await forget(sessions, session);
      if (agent) changes.tell('agent', agent);
      return DONE;
    },
    drill: async ({ session }) => answerOf(await holdfast.drill.run(session)),
    stopDrill: ({ session }) => done(holdfast.drill.stop(session)),
    deleteEverything: async ({ secret }) => (await lock.hindrance(secret)) ?? done(deleteEverything()),
    retain: ({ days }) => done(settings.retain(days)),
    ...lock.commands,
  };
}

/** A session that has ended already cannot be worked on any more. */
function answerOf(outcome: 'locked' | 'over' | 'done' | EndedSession): Result {
  if (outcome === 'locked') return not('locked');
  return outcome === 'over' ? not('session_ended') : DONE;
}

function handleIn(outcome: GivenHandle | 'locked' | 'not_allowed' | 'over' | 'too_many'): Result {
  if (isGivenHandle(outcome)) return { ok: true, handle: outcome };
  return not(outcome === 'over' ? 'session_ended' : outcome);
}

const not = (code: FailureCode): Result => ({ ok: false, code });

async function done(work: Promise<void> | void) {
  await work;
  return DONE;
}
