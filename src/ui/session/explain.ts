import {
  bindingOf,
  type ExposedView,
  isLiveView,
  type LiveView,
  type SessionView,
  type ViewState,
} from '../../messages/ui.ts';
import { hostOf } from '../names.ts';
import { say, second } from '../words.ts';

/** Why a session is exposed, or held and not bound. */
export const WHY_EXPOSED = {
  no_dpop: 'exposedNoDpop',
  policy_algorithms: 'exposedPolicyAlgorithms',
  no_algorithm: 'exposedNoAlgorithm',
  contradiction: 'exposedContradiction',
  bearer_answer: 'exposedBearerAnswer',
  declined: 'exposedDeclined',
  disputed: 'exposedDisputed',
  unanswered: 'exposedUnanswered',
  unverified: 'exposedUnverified',
  issuer_mismatch: 'exposedIssuer',
  not_ours: 'exposedNotOurs',
  typed: 'exposedTyped',
  own_login: 'exposedOwnLogin',
  not_allowed: 'exposedNotAllowed',
  handed_over: 'exposedHandedOver',
} as const satisfies Record<ExposedView['reason'], string>;

/** What is said of a session in words. */
export interface Explained {
  /** The one sentence for a person who knows nothing else of it. */
  readonly plain: string;
  /** What has to be said beside that: a warning, or why it is so. */
  readonly beside?: string | undefined;
  /** What can be read by whoever wants to know more. */
  readonly more?: string | undefined;
}

/** A session in words. @param now milliseconds since the epoch */
export function explain(session: SessionView, state: ViewState, now: number): Explained {
  switch (state) {
    case 'exposed':
      return {
        plain: say('plainExposed'),
        beside: session.state === 'exposed' ? say(WHY_EXPOSED[session.reason]) : say('exposedInPage'),
      };
    case 'refused':
      return { plain: say('refusedWhat') };
    case 'locked':
      return { plain: say('lockedSession') };
    case 'expired':
      return { plain: say('name' in session && session.name !== undefined ? 'givenLost' : 'expiredWhat') };
    case 'keyLost':
      return { plain: say('keyLostWhat') };
    case 'revoked':
      return { plain: explainRevoked(session), beside: whyRevoked(session) };
    case 'damaged':
      return { plain: say('damagedWhat') };
    case 'ownKey':
      return { plain: say('ownKeyWhat') };
    case 'bound':
    case 'refreshBound':
    case 'held':
    case 'given':
      return isLiveView(session) ? explainLive(session, now) : { plain: '' };
  }
}

const whyRevoked = (session: SessionView): string | undefined =>
  session.state === 'revoked' && session.because ? say('endedUnaskedWhy') : undefined;

function explainRevoked(session: SessionView): string {
  if ('name' in session && session.name !== undefined) return say('givenDeleted');
  if (session.state === 'revoked' && session.accessLeft) {
    return say(bindingOf(session) ? 'revokedBoundAccessLeft' : 'revokedAccessLeft');
  }
  const isConfirmed = session.state === 'revoked' && session.confirmed === true;
  if (bindingOf(session)) return say(isConfirmed ? 'revokedConfirmed' : 'revokedLocally');
  return say(isConfirmed ? 'revokedHeldConfirmed' : 'revokedHeldLocally');
}

function explainLive(session: LiveView, now: number): Explained {
  const beside = warningOf(session, now);
  if (session.state === 'given') return { plain: say('plainGiven'), beside, more: say('givenWhat') };
  if (session.state === 'held' || session.asBearer) {
    const isHeld = session.state === 'held';
    const plain = say(session.repeatsToken ? 'plainHeldRepeated' : isHeld ? 'plainHeld' : 'plainRefreshBound');
    if (!isHeld) return { plain, beside, more: say('asBearerWhat') };
    if (session.reason === undefined) return { plain, beside, more: say('heldWhat') };
    const why = say(WHY_EXPOSED[session.reason]);
    return beside === undefined ? { plain, beside: why } : { plain, beside, more: why };
  }
  const { inPage, enforcement } = session;
  const more = inPage ? say('inPageWhat') : undefined;
  const found = enforcement?.verdict.kind;
  // Its server takes a copy without the key: the binding changes nothing.
  if (found === 'broken') return { plain: say(inPage ? 'plainExposed' : 'plainRefreshBound'), beside, more };
  if (found === 'incomplete') {
    return { plain: say(inPage ? 'plainWeakInPage' : 'plainWeak'), beside, more };
  }
  const isWell = beside === undefined && !answerOf(session)?.isRefusal;
  return { plain: say(inPage ? 'plainBoundInPage' : isWell ? 'plainBound' : 'plainBoundOnly'), beside, more };
}

/** Whether a session's choice to end when its token leaves unasked is to be shown. @param beside what is said beside its state */
export const isAboutUnasked = (session: SessionView, beside: string | undefined): session is LiveView =>
  isLiveView(session) && (session.endsUnasked === true || beside === say('leftUnaskedWhat'));

function warningOf(session: LiveView, now: number): string | undefined {
  const { heldBackUntil, unreached, proofRefusedBy } = session;
  if (unreached) return say(unreached === 'worker' ? 'unreachedWorkerWhat' : 'unreachedServiceWorkerWhat');
  if (proofRefusedBy !== undefined) return say('proofRefusedWhat', hostOf(proofRefusedBy));
  if (heldBackUntil !== undefined && heldBackUntil > now) return say('breakerWhat', second(heldBackUntil));
  if (session.unrefreshed) return say('unrefreshedWhat', hostOf(session.issuer ?? session.resource ?? session.agent));
  if (session.isUnsaved) return say('unsavedWhat');
  const isInPage = session.state === 'bound' && session.inPage;
  if (session.repeatsToken && !isInPage) return say('repeatsTokenWhat');
  if (session.leftUnasked) return say('leftUnaskedWhat');
  return session.state === 'bound' && session.retiring ? say('retiringWhat') : undefined;
}

/** What the server last answered, and when, in milliseconds; undefined where nothing was asked of it. */
export function answerOf({ last }: SessionView) {
  if (!last) return undefined;
  const { at, status, error } = last;
  const isRefusal = status === undefined || (status >= 400 && error !== 'use_dpop_nonce');
  return { at, status, result: status ? [status, error].filter(Boolean).join(' ') : say('noAnswer'), isRefusal };
}
