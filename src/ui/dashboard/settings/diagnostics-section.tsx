import { useEffect } from 'preact/hooks';
import type { Diagnostics } from '../../../model/diagnostics.ts';
import browser from '../../browser.ts';
import { CopyButton } from '../../copy/copy-button.tsx';
import { diagnostics, show } from '../../state.ts';
import { count, say } from '../../words.ts';
import { bugReport } from './bug-report.ts';

/** How many errors are kept, and all that a bug report needs, to copy. */
export function DiagnosticsSection() {
  useEffect(() => show({ kind: 'diagnostics' }), []);
  const errors = diagnostics.value?.errors;
  return (
    <section aria-labelledby="settings-diagnostics">
      <h2 id="settings-diagnostics">{say('settingsDiagnostics')}</h2>
      <p class="quiet">
        {say('settingsDiagnosticsWhat')} {errors && count('settingsErrors', errors.length)}
      </p>
      <div class="actions">
        <CopyButton label={say('copyDiagnostics')} text={async () => bugReport(await latest(), versions())} />
      </div>
    </section>
  );
}

const versions = () => ({ holdfast: browser.runtime.getManifest().version, browser: navigator.userAgent });

/** Diagnostics of now: the error that is reported may have come since this view was opened. */
function latest(): Promise<Diagnostics> {
  const before = diagnostics.value;
  show({ kind: 'diagnostics' });
  return new Promise((resolve) => {
    const stop = diagnostics.subscribe((told) => {
      if (told === undefined || told === before) return;
      stop();
      resolve(told);
    });
  });
}
