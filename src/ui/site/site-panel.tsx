import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { useAct } from '../actions/act.ts';
import { Menu } from '../actions/menu.tsx';
import { NotDone } from '../actions/not-done.tsx';
import { Question } from '../actions/question.tsx';
import { questionBefore } from '../actions/question-words.ts';
import browser from '../browser.ts';
import { Icon } from '../icons.tsx';
import { WhatIsThis } from '../labels/term.tsx';
import { hostOf } from '../names.ts';
import { missing, show, sites } from '../state.ts';
import { say } from '../words.ts';
import { PolicyPanel } from './policy-form.tsx';

/** The site in front of the person, and its one switch. */
export function SitePanel({ origin, tab }: { readonly origin: string; readonly tab: number | undefined }) {
  const asked = useSignal(false);
  const { failure, run } = useAct();
  const isProtected = sites.value?.includes(origin) ?? false;
  useEffect(() => {
    if (tab !== undefined) show({ kind: 'page', tab });
  }, [isProtected]);

  const protect = async (): Promise<void> => {
    asked.value = true;
    void run({ kind: 'protect', origin }); // Chrome's dialog may close this view
    if (await browser.permissions.request({ origins: [`${origin}/*`] })) await run({ kind: 'protect', origin });
    asked.value = false;
  };

  return (
    <section class="site" aria-labelledby="site-name" data-state={isProtected ? 'protected' : 'unprotected'}>
      {isProtected ? (
        <Protected origin={origin} />
      ) : (
        <>
          <header>
            <h2 id="site-name">{hostOf(origin)}</h2>
            <span class="tag">{say('protectTitle')}</span>
          </header>
          <p>
            {say('protectWhat')} <WhatIsThis name="site" />
          </p>
          <button type="button" class="primary" data-action="protect" disabled={asked.value} onClick={protect}>
            {say('protectAction')}
          </button>
          <NotDone failure={failure} />
          <p class="limit">{say('pageScriptLimit')}</p>
        </>
      )}
      {isProtected && missing.value && tab !== undefined && (
        <p class="reload">
          {say(missing.value === 'protected' ? 'reloadWhat' : 'reloadUpdated')}{' '}
          <button
            type="button"
            class="primary"
            onClick={() => {
              missing.value = undefined;
              void browser.tabs.reload(tab);
            }}
          >
            {say('reloadAction')}
          </button>
        </p>
      )}
    </section>
  );
}

/** The switch is on; behind it are the site's policy, and the way to turn it off. */
function Protected({ origin }: { readonly origin: string }) {
  const shown = useSignal<'policy' | 'stop' | undefined>(undefined);
  const { failure, run } = useAct();
  const header = useRef<HTMLElement>(null);
  const show = (what: 'policy' | 'stop') => () => {
    shown.value = what;
  };
  const close = (): void => {
    shown.value = undefined;
    header.current?.querySelector<HTMLElement>('.menu-button')?.focus();
  };
  return (
    <>
      <header ref={header}>
        <h2 id="site-name">{hostOf(origin)}</h2>
        <Menu
          label={say('menuSite')}
          look="tag tag-on"
          items={() => [
            { label: say('menuPolicy'), onChoose: show('policy') },
            { label: say('menuStop'), look: 'danger', onChoose: show('stop') },
          ]}
        >
          {say('protected')}
          <Icon name="chevron" look="chevron" />
        </Menu>
      </header>
      {shown.value === 'policy' && <PolicyPanel origin={origin} onClose={close} />}
      {shown.value === 'stop' && (
        <Question
          {...questionBefore('unprotect')}
          onKeep={close}
          onAction={() => {
            close();
            void run({ kind: 'unprotect', origin });
          }}
        />
      )}
      <NotDone failure={failure} />
    </>
  );
}
