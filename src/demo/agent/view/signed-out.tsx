import { say } from '../../look/say.ts';
import { Step } from '../../look/step.tsx';
import type { Folio } from '../folio.ts';
import { KeyForm } from './key-form.tsx';

/** What the agent says to somebody it does not know. */
export function SignedOut({ folio, step }: { folio: Folio; step: number }) {
  return (
    <div class="folio-empty">
      <p class="folio-pitch">{say('Your notes, wherever they are kept.', 'どこにあっても、あなたのノート。')}</p>
      <p>
        {say(
          'Folio is an agent: it reads and writes your notebook through an MCP server. Sign in to let it.',
          'Folio は、MCP サーバーを通してノートを読み書きするエージェントです。使うにはサインインしてください。',
        )}
      </p>
      <p class="folio-actions">
        <button type="button" class="primary" onClick={() => folio.signIn()}>
          <Step number={step} />
          {say('Sign in', 'サインイン')}
        </button>
      </p>
      <KeyForm folio={folio} />
    </div>
  );
}
