import { render } from 'preact';
import { loadConfig } from './config.ts';
import { Folio } from './folio.ts';
import { readSettings } from './settings.ts';
import { eavesdrop } from './stage/eavesdrop.ts';
import { Stage } from './stage/stage.tsx';
import { FolioApp } from './view/folio-app.tsx';

const settings = readSettings(location.href);
const { resource, thief } = await loadConfig();

if (settings.stage && thief) {
  const overheard = eavesdrop();
  const folio = new Folio(settings, resource);
  render(<Stage folio={folio} overheard={overheard} thief={thief} firstAct={settings.act} />, document.body);
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
