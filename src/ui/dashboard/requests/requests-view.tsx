import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import browser from '../../browser.ts';
import '../../devtools/panel.css';
import { Requests } from '../../devtools/panel.tsx';
import { clear } from '../../devtools/requests.ts';
import { hostOf, visible } from '../../names.ts';
import { show, sites } from '../../state.ts';
import { say } from '../../words.ts';
import { turnInto } from '../address/navigation.ts';
import './requests.css';

interface OpenTab {
  readonly id?: number | undefined;
  readonly title?: string | undefined;
  readonly url?: string | undefined;
}

/** The MCP requests of a tab that the person chooses: what the DevTools panel shows, without DevTools. */
export function RequestsView({ tab }: { readonly tab: number | undefined }) {
  const tabs = useSignal<readonly OpenTab[] | undefined>(undefined);

  useEffect(() => {
    const look = () => void protectedTabs().then((found) => (tabs.value = found));
    look();
    browser.tabs.onUpdated.addListener(look);
    browser.tabs.onRemoved.addListener(look);
    return () => {
      browser.tabs.onUpdated.removeListener(look);
      browser.tabs.onRemoved.removeListener(look);
    };
  }, [sites.value]);

  useEffect(() => {
    if (tab === undefined) return undefined;
    show({ kind: 'inspect', tab });
    return () => {
      show({ kind: 'inspect' });
      clear();
    };
  }, [tab]);

  if (tabs.value === undefined) return null;
  const isGone = tab !== undefined && !tabs.value.some(({ id }) => id === tab);
  return (
    <>
      <div class="requests-of">
        <label>
          {say('requestsTab')}{' '}
          <select
            value={tab ?? ''}
            onChange={({ currentTarget }) =>
              turnInto({ view: 'requests', tab: Number(currentTarget.value) || undefined })
            }
          >
            <option value="">{say('requestsChoose')}</option>
            {tabs.value.map(({ id, title, url = '' }) => (
              <option key={id} value={id}>
                {[title && visible(title), hostOf(url)].filter(Boolean).join(' · ')}
              </option>
            ))}
            {isGone && <option value={tab}>{say('requestsGone')}</option>}
          </select>
        </label>
      </div>
      {tab === undefined ? (
        <div class="panel-empty">
          <p>{say(tabs.value.length > 0 ? 'requestsWhich' : 'requestsNone')}</p>
          <p class="note">{say('panelNothingWhy')}</p>
        </div>
      ) : (
        <div class="panel-layout">
          <Requests />
        </div>
      )}
    </>
  );
}

/** The tabs that show protected sites: of others Chrome tells nothing. */
async function protectedTabs(): Promise<readonly OpenTab[]> {
  const url = (sites.value ?? []).map((site) => `${site}/*`);
  return url.length > 0 ? browser.tabs.query({ url }) : [];
}
