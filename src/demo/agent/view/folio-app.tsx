import { say } from '../../look/say.ts';
import type { Folio } from '../folio.ts';
import type { SdkVersion } from '../settings.ts';
import { NoteEditor } from './note-editor.tsx';
import { NoteList } from './note-list.tsx';
import { NotePage } from './note-page.tsx';
import { SignedOut } from './signed-out.tsx';

interface Props {
  readonly folio: Folio;
  /** The number on the button that signs in. */
  readonly signInStep?: number;
}

/** The notebook agent as people see it. */
export function FolioApp({ folio, signInStep = 1 }: Props) {
  return (
    <section class="folio" aria-label={say('Notebook agent', 'ノートのエージェント')}>
      <header class="folio-head">
        <h1>
          <Mark /> Folio
        </h1>
        <SdkSwitch folio={folio} />
        {folio.isSignedIn.value && (
          <button type="button" onClick={() => folio.signOut()}>
            {say('Sign out', 'サインアウト')}
          </button>
        )}
      </header>
      {folio.problem.value && (
        <p class="problem" role="alert">
          {folio.problem.value}
        </p>
      )}
      <Body folio={folio} signInStep={signInStep} />
    </section>
  );
}

function Body({ folio, signInStep = 1 }: Props) {
  const phase = folio.phase.value;
  switch (phase.name) {
    case 'working':
      return (
        <p class="folio-working" role="status">
          {phase.doing}
        </p>
      );
    case 'signed-out':
      return <SignedOut folio={folio} step={signInStep} />;
    case 'waiting':
    case 'window-blocked':
      return (
        <div class="folio-empty">
          <p role="status">
            {phase.name === 'waiting'
              ? say('Waiting for the sign-in window…', 'サインイン用のウィンドウを待っています…')
              : say(
                  'The browser blocked the sign-in window. Open it from here.',
                  'サインイン用のウィンドウがブロックされました。ここから開いてください。',
                )}
          </p>
          <p class="folio-actions">
            <button type="button" class="primary" onClick={() => folio.openWindow(phase.address)}>
              {say('Open sign-in window', 'ウィンドウを開く')}
            </button>
            <button type="button" onClick={() => folio.cancelSignIn()}>
              {say('Cancel', 'キャンセル')}
            </button>
          </p>
        </div>
      );
    case 'open':
      return (
        <div class="folio-body">
          <NoteList folio={folio} list={phase.list} />
          {folio.draft.value ? <NoteEditor folio={folio} draft={folio.draft.value} /> : <NotePage folio={folio} />}
        </div>
      );
  }
}

const SDKS: readonly SdkVersion[] = ['v1', 'v2'];

function SdkSwitch({ folio }: { folio: Folio }) {
  return (
    <fieldset class="switch">
      <legend>SDK</legend>
      {SDKS.map((sdk) => (
        <label key={sdk}>
          <input
            type="radio"
            name="sdk"
            value={sdk}
            checked={folio.sdkVersion.value === sdk}
            onChange={() => folio.useSdk(sdk)}
          />
          {sdk}
        </label>
      ))}
    </fieldset>
  );
}

function Mark() {
  return (
    <svg width="26" height="26" viewBox="0 0 26 26" fill="none" aria-hidden="true">
      <rect x="3" y="2" width="17" height="22" rx="2.5" fill="currentColor" />
      <path d="M17 2v22" stroke="var(--paper)" stroke-width="2" />
      <path d="M20 7h3M20 12h3M20 17h3" stroke="currentColor" stroke-width="2" stroke-linecap="round" />
    </svg>
  );
}
