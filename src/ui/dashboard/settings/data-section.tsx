import { AskedButton } from '../../actions/asked-button.tsx';
import browser from '../../browser.ts';
import { say } from '../../words.ts';
import { download, fileName } from '../download.ts';
import { everything } from './everything.ts';

/** All that Holdfast keeps: to take along, and to delete. */
export function DataSection() {
  const save = async (): Promise<void> => {
    const now = Date.now();
    const text = await everything(browser.runtime.getManifest().version, now);
    download(fileName('everything', now, 'json'), 'application/json', text);
  };
  return (
    <section aria-labelledby="settings-data">
      <h2 id="settings-data">{say('settingsData')}</h2>
      <p class="quiet">{say('settingsDataWhat')}</p>
      <div class="actions">
        <button type="button" onClick={save}>
          {say('exportEverything')}
        </button>
        <AskedButton
          label={say('deleteEverything')}
          look="danger"
          question={{
            ...{ title: say('deleteEverythingTitle'), action: say('deleteEverything'), keep: say('keepEverything') },
            what: [say('deleteEverythingWhat'), say('deleteEverythingServers'), say('deleteEverythingThen')],
          }}
          request={{ kind: 'deleteEverything' }}
        />
      </div>
    </section>
  );
}
