import { render } from 'preact';
import { isJapanese } from '../look/say.ts';
import { loadConfig, resourceOf } from './config.ts';
import { Folio } from './folio.ts';
import { readSettings } from './settings.ts';
import { eavesdrop } from './stage/eavesdrop.ts';
import { Stage } from './stage/stage.tsx';
import { FolioApp } from './view/folio-app.tsx';

document.documentElement.lang = isJapanese ? 'ja' : 'en';

const settings = readSettings(location.href);
const config = await loadConfig();
const resource = resourceOf(config, settings);
const { thief } = config;

if (settings.stage && thief) {
  const eavesdropper = eavesdrop();
  const folio = new Folio(settings, resource);
  render(<Stage folio={folio} eavesdropper={eavesdropper} thief={thief} settings={settings} />, document.body);
  await folio.open();
} else {
  const folio = new Folio(settings, resource);
  render(
    <main class="alone">
      <FolioApp folio={folio} />
    </main>,
    document.body,
  );
  await folio.open();
}
