import { KEPT_LINES } from '../../../model/quotas.ts';
import { RETENTION_DAYS } from '../../../model/settings.ts';
import { useAct } from '../../actions/act.ts';
import { ActionButton } from '../../actions/action-button.tsx';
import { NotDone } from '../../actions/not-done.tsx';
import browser from '../../browser.ts';
import { Term } from '../../labels/term.tsx';
import { openLockPage } from '../../lock-page.ts';
import { hostOf } from '../../names.ts';
import { consents, lock, settings, sites } from '../../state.ts';
import { count, figure, say } from '../../words.ts';
import { AllowedServers } from './allowed-servers.tsx';
import { DataSection } from './data-section.tsx';
import { DiagnosticsSection } from './diagnostics-section.tsx';
import { ProtectedSite } from './protected-site.tsx';
import { WantedSites } from './wanted-sites.tsx';
import './settings.css';

/** What holds for each protected site, and for all of Holdfast. */
export function SettingsView() {
  return (
    <div class="page settings">
      <section aria-labelledby="settings-sites">
        <h2 id="settings-sites">
          <Term name="site">{say('settingsSites')}</Term>
        </h2>
        <WantedSites />
        {sites.value?.length === 0 && <p class="quiet">{say('settingsNoSites')}</p>}
        <ul class="sites">
          {sites.value?.map((origin) => (
            <li key={origin}>
              <ProtectedSite origin={origin} />
            </li>
          ))}
        </ul>
      </section>
      <Unprotected />
      <Retention />
      <Lock />
      <section aria-labelledby="settings-language">
        <h2 id="settings-language">{say('settingsLanguage')}</h2>
        <p class="quiet">{say('settingsLanguageWhat')}</p>
      </section>
      <section aria-labelledby="settings-limits">
        <h2 id="settings-limits">{say('settingsLimits')}</h2>
        <ul class="limits">
          <li>{say('keyLimit')}</li>
          <li>{say('pageScriptLimit')}</li>
        </ul>
      </section>
      <DataSection />
      <Help />
      <DiagnosticsSection />
      <p class="quiet version">
        {say('extensionName')} · {say('settingsVersion')} {browser.runtime.getManifest().version}
      </p>
    </div>
  );
}

/** Agents that are not protected any more, and the servers that they may use again when they are. */
function Unprotected() {
  const agents = Object.keys(consents.value).filter((agent) => !sites.value?.includes(agent));
  if (agents.length === 0) return null;
  return (
    <section aria-labelledby="settings-unprotected">
      <h2 id="settings-unprotected">{say('settingsUnprotected')}</h2>
      <p class="quiet">{say('settingsUnprotectedWhat')}</p>
      <ul class="sites">
        {agents.map((agent) => (
          <li key={agent}>
            <article class="protected-site" aria-label={hostOf(agent)}>
              <header>
                <h3>{hostOf(agent)}</h3>
                <span class="tag">{say('protectTitle')}</span>
              </header>
              <AllowedServers agent={agent} />
            </article>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Retention() {
  const { failure, run } = useAct();
  const kept = settings.value?.retentionDays;
  if (kept === undefined) return null;
  return (
    <section aria-labelledby="settings-retention">
      <h2 id="settings-retention">{say('settingsRetention')}</h2>
      <p id="settings-retention-what">{say('settingsRetentionWhat')}</p>
      <fieldset class="days" aria-labelledby="settings-retention-what" aria-describedby="settings-retention-room">
        {[...RETENTION_DAYS]
          .sort((a, b) => a - b)
          .map((days) => (
            <label key={days}>
              <input
                type="radio"
                name="retention"
                checked={days === kept}
                onChange={() => run({ kind: 'retain', days })}
              />
              {count('settingsDays', days)}
            </label>
          ))}
      </fieldset>
      <p class="quiet" id="settings-retention-room">
        {say('settingsRetentionRoom', figure(KEPT_LINES))}
      </p>
      <NotDone failure={failure} />
    </section>
  );
}

const LOCK_WORDS = { off: 'settingsLockOff', unlocked: 'settingsLockUnlocked', locked: 'settingsLockLocked' } as const;

function Lock() {
  const state = lock.value?.state;
  if (state === undefined) return null;
  return (
    <section aria-labelledby="settings-lock">
      <h2 id="settings-lock">{say('settingsLock')}</h2>
      <p class="quiet">{say(LOCK_WORDS[state])}</p>
      <div class="actions">
        <button type="button" onClick={() => openLockPage(state === 'locked' ? '#unlock' : '')}>
          {say(state === 'off' ? 'lockEntryOff' : state === 'locked' ? 'unlock' : 'lockEntryOn')}
        </button>
        {state === 'unlocked' && <ActionButton label={say('lockNow')} request={{ kind: 'lock' }} />}
      </div>
    </section>
  );
}

/** Chrome's own page: an extension can only lead there. */
const SHORTCUTS = 'chrome://extensions/shortcuts';

function Help() {
  return (
    <section aria-labelledby="settings-help">
      <h2 id="settings-help">{say('settingsHelp')}</h2>
      <p>
        <a href={browser.runtime.getURL('src/ui/welcome/index.html')} target="_blank" rel="noreferrer">
          {say('settingsHelpWelcome')}
        </a>
      </p>
      <p>
        <button type="button" class="link" onClick={() => void browser.tabs.create({ url: SHORTCUTS })}>
          {say('settingsShortcuts')}
        </button>
      </p>
    </section>
  );
}
