import browser from '../browser.ts';
import { Part } from '../part.tsx';
import { isLocked, sites } from '../state.ts';
import { say } from '../words.ts';
import { inspectedTab } from './inspected-tab.ts';
import { RequestDetails } from './request-details.tsx';
import { RequestTable } from './request-table.tsx';
import { open, requests, shown } from './requests.ts';
import { Toolbar } from './toolbar.tsx';

/** MCP requests of the inspected page: a dense table above, the open one below or beside. */
export function Panel({ isInspecting }: { readonly isInspecting: boolean }) {
  if (!isInspecting) return <p class="panel-empty">{say('panelNoTab')}</p>;
  if (sites.value === undefined) return null;
  return (
    <main class="panel-layout" aria-label={say('panelName')}>
      <Requests isInDevTools />
    </main>
  );
}

/** @param isInDevTools they go when the inspected page goes somewhere else, unless they are to stay */
export function Requests({ isInDevTools = false }: { readonly isInDevTools?: boolean }) {
  return (
    <>
      <Toolbar canPreserve={isInDevTools} />
      {isLocked.value && (
        <p class="panel-note" role="status">
          {say('lockedWhat')}
        </p>
      )}
      <div class={open.value ? 'panel-split panel-open' : 'panel-split'}>
        <Part>{shown.value.length > 0 ? <RequestTable /> : <Nothing />}</Part>
        {open.value && (
          <Part key={open.value.id}>
            <RequestDetails request={open.value} />
          </Part>
        )}
      </div>
    </>
  );
}

function Nothing() {
  const isFiltered = requests.value.length > 0;
  const tab = inspectedTab();
  return (
    <div class="panel-empty" role="status">
      <p>{say(isFiltered ? 'panelNothingFound' : 'panelNothingYet')}</p>
      {!isFiltered && tab !== undefined && (
        <button type="button" onClick={() => void browser.tabs.reload(tab)}>
          {say('reloadAction')}
        </button>
      )}
      {!isFiltered && <p class="note">{say('panelNothingWhy')}</p>}
    </div>
  );
}
