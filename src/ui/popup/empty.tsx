import { keepLink } from '../keep-link.ts';
import { FirstSteps } from '../session/first-steps.tsx';
import { say } from '../words.ts';

interface Props {
  readonly site: string | undefined;
  readonly isProtected: boolean;
  readonly isFirst: boolean;
}

/** What to do when there is nothing to show. */
export function Empty({ site, isProtected, isFirst }: Props) {
  if (isFirst) {
    return (
      <FirstSteps look="empty">
        <a href="/src/ui/welcome/index.html" target="_blank" rel="noreferrer">
          {say('howItWorks')}
        </a>
      </FirstSteps>
    );
  }
  if (!site || !isProtected) return null;
  return (
    <section class="empty">
      <h2>{say('emptyTitle')}</h2>
      <p>{say('emptyProtected')}</p>
      <p>{say('emptySignInAgain')}</p>
      <p>
        {say('emptyKey')}{' '}
        <a href={keepLink(site)} target="_blank" rel="noreferrer">
          {say('keepAKey')}
        </a>
      </p>
    </section>
  );
}
