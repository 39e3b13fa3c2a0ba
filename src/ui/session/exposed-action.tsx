import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import type { ExposedView } from '../../messages/ui.ts';
import { NotDone } from '../actions/not-done.tsx';
import { keepLink } from '../keep-link.ts';
import { hostOf } from '../names.ts';
import { useAccess } from '../waiting/access.ts';
import { listed, say } from '../words.ts';

/** The one thing to do about an exposed session: to allow its servers, or to read what else helps. */
export function ExposedAction({ session }: { readonly session: ExposedView }) {
  // Nothing is wrong with it, or it is the person’s own decision.
  if (session.reason === 'own_login' || session.reason === 'handed_over') return null;
  if (session.reason === 'typed') return <KeepKey {...session} />;
  return session.wanted.length > 0 ? <AllowServers {...session} /> : <Advice session={session} />;
}

function AllowServers({ agent, wanted }: ExposedView) {
  const { isAllowed, failure, allow } = useAccess(agent, wanted);
  if (isAllowed.value) return <p role="status">{say('exposedAllowed')}</p>;
  return (
    <>
      <button type="button" onClick={allow}>
        {say('exposedAllow')}
      </button>
      <NotDone failure={failure} />
      <p class="advice quiet">{listed(wanted.map(hostOf))}</p>
    </>
  );
}

function KeepKey({ agent, resource }: ExposedView) {
  return (
    <>
      <a href={keepLink(agent, resource)} target="_blank" rel="noreferrer">
        {say('keepAKey')}
      </a>
      <p class="advice quiet">{say('exposedDoTyped')}</p>
    </>
  );
}

function Advice({ session }: { readonly session: ExposedView }) {
  const id = useId();
  const isOpen = useSignal(false);
  return (
    <>
      <button
        type="button"
        class="link"
        aria-expanded={isOpen.value}
        aria-controls={id}
        onClick={() => {
          isOpen.value = !isOpen.value;
        }}
      >
        {say('exposedDo')}
      </button>
      <p id={id} class="advice" hidden={!isOpen.value}>
        {isOpen.value && advice(session)}
      </p>
    </>
  );
}

function advice({ reason, issuer, resource }: ExposedView): string {
  const server = hostOf(issuer ?? resource ?? location.origin);
  switch (reason) {
    case 'not_allowed':
      return say('exposedDoPolicy', server);
    case 'policy_algorithms':
      return say('exposedDoAlgorithms');
    case 'no_algorithm':
    case 'contradiction':
    case 'issuer_mismatch':
      return say('exposedDoMend', server);
    case 'not_ours':
    case 'declined':
    case 'unanswered':
      return say('exposedDoSignIn');
    default:
      return say('exposedDoServer', server);
  }
}
