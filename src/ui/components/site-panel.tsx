import { useSignal } from '@preact/signals';
import browser from 'webextension-polyfill';
import { sites, tell } from '../state.ts';
import { say } from '../words.ts';
import { AskedButton } from './asked-button.tsx';
import { PolicyForm } from './policy-form.tsx';

/** The site in front of the person, and its one switch. */
export function SitePanel({ origin, tab }: { readonly origin: string; readonly tab: number | undefined }) {
  const asked = useSignal(false);
  const fresh = useSignal(false);
  const isProtected = sites.value?.includes(origin) ?? false;

  const protect = async (): Promise<void> => {
    asked.value = true;
    fresh.value = true;
    tell({ kind: 'protect', origin });
    if (await browser.permissions.request({ origins: [`${origin}/*`] })) tell({ kind: 'protect', origin });
    asked.value = false;
  };

  return (
    <section class="site" aria-labelledby="site-name" data-state={isProtected ? 'protected' : 'unprotected'}>
      <header>
        <h2 id="site-name">{new URL(origin).host}</h2>
        <span class={isProtected ? 'tag tag-on' : 'tag'}>{say(isProtected ? 'protected' : 'protectTitle')}</span>
      </header>
      {!isProtected && (
        <>
          <p>{say('protectWhat')}</p>
          <button type="button" class="primary" data-action="protect" disabled={asked.value} onClick={protect}>
            {say('protectAction')}
          </button>
          <p class="limit">{say('pageScriptLimit')}</p>
        </>
      )}
      {isProtected && fresh.value && tab !== undefined && (
        <p class="reload">
          {say('reloadWhat')}{' '}
          <button
            type="button"
            class="primary"
            onClick={() => {
              fresh.value = false;
              void browser.tabs.reload(tab);
            }}
          >
            {say('reloadAction')}
          </button>
        </p>
      )}
      {isProtected && <PolicyForm origin={origin} />}
      {isProtected && (
        <AskedButton
          label={say('stopAction')}
          look="link"
          what={say('stopWhat')}
          action={say('stopAction')}
          keep={say('keepProtecting')}
          onAction={() => tell({ kind: 'unprotect', origin })}
        />
      )}
    </section>
  );
}
