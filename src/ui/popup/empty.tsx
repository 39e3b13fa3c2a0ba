import { say } from '../words.ts';

/** What to do when there is nothing to show. */
export function Empty({ isProtected, isFirst }: { readonly isProtected: boolean; readonly isFirst: boolean }) {
  if (isFirst) {
    return (
      <section class="empty">
        <h2>{say('emptyFirstTitle')}</h2>
        <ol>
          <li>{say('emptyFirst1')}</li>
          <li>{say('emptyFirst2')}</li>
          <li>{say('emptyFirst3')}</li>
        </ol>
        <a href="/src/ui/welcome/index.html" target="_blank" rel="noreferrer">
          {say('howItWorks')}
        </a>
      </section>
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
