import { isLocked, sites } from '../state.ts';
import { say } from '../words.ts';
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
      <Toolbar />
      {isLocked.value && (
        <p class="panel-note" role="status">
          {say('lockedWhat')}
        </p>
      )}
      <div class={open.value ? 'panel-split panel-open' : 'panel-split'}>
        {shown.value.length > 0 ? <RequestTable /> : <Nothing />}
        {open.value && <RequestDetails request={open.value} />}
      </div>
    </main>
  );
}

function Nothing() {
  const isFiltered = requests.value.length > 0;
  return (
    <div class="panel-empty" role="status">
      <p>{say(isFiltered ? 'panelNothingFound' : 'panelNothingYet')}</p>
      {!isFiltered && <p class="note">{say('panelNothingWhy')}</p>}
    </div>
  );
}
