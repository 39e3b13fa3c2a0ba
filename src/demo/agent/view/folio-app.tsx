import type { Folio } from '../folio.ts';
import type { SdkVersion } from '../settings.ts';
import { NoteEditor } from './note-editor.tsx';
import { NoteList } from './note-list.tsx';
import { NotePage } from './note-page.tsx';
import { SignedOut } from './signed-out.tsx';

/** The notebook agent as people see it. */
export function FolioApp({ folio }: { folio: Folio }) {
  return (
    <section class="folio" aria-label="Notebook agent">
      <header class="folio-head">
        <h1>
          <Mark /> Folio
        </h1>
        <SdkSwitch folio={folio} />
        {folio.isSignedIn.value && (
          <button type="button" onClick={() => folio.signOut()}>
            Sign out
          </button>
        )}
      </header>
      {folio.problem.value && (
        <p class="problem" role="alert">
          {folio.problem.value}
        </p>
      )}
      <Body folio={folio} />
    </section>
  );
}

function Body({ folio }: { folio: Folio }) {
  const phase = folio.phase.value;
  switch (phase.name) {
    case 'working':
      return (
        <p class="folio-working" role="status">
          {phase.doing}
        </p>
      );
    case 'signed-out':
      return <SignedOut folio={folio} />;
    case 'waiting':
    case 'window-blocked':
      return (
        <div class="folio-empty">
          <p role="status">
            {phase.name === 'waiting'
              ? 'Waiting for the sign-in window…'
              : 'The browser blocked the sign-in window. Open it from here.'}
          </p>
          <p class="folio-actions">
            <button type="button" class="primary" onClick={() => folio.openWindow(phase.address)}>
              Open sign-in window
            </button>
            <button type="button" onClick={() => folio.cancelSignIn()}>
              Cancel
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
