import { FirstSteps } from '../session/first-steps.tsx';
import { say } from '../words.ts';

/** What to do when there is nothing to show. */
export function Empty({ isProtected, isFirst }: { readonly isProtected: boolean; readonly isFirst: boolean }) {
  if (isFirst) {
    return (
      <FirstSteps look="empty">
        <a href="/src/ui/welcome/index.html" target="_blank" rel="noreferrer">
          {say('howItWorks')}
        </a>
      </FirstSteps>
    );
  }
  if (!isProtected) return null;
  return (
    <section class="empty">
      <h2>{say('emptyTitle')}</h2>
      <p>{say('emptyProtected')}</p>
      <p>{say('emptySignInAgain')}</p>
    </section>
  );
}
