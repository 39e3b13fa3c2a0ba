import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { type RefusedSignIn, stateAt } from '../../messages/ui.ts';
import { useAct } from '../actions/act.ts';
import { Menu } from '../actions/menu.tsx';
import { NotDone } from '../actions/not-done.tsx';
import { Question } from '../actions/question.tsx';
import { questionBefore } from '../actions/question-words.ts';
import browser from '../browser.ts';
import { Icon } from '../icons.tsx';
import { keepLink } from '../keep-link.ts';
import { WhatIsThis } from '../labels/term.tsx';
import { later } from '../later.tsx';
import { hostOf } from '../names.ts';
import { WHY_EXPOSED } from '../session/explain.ts';
import { missing, now, policies, reading, refusal, sessions, show, signingIn, sites, wanted } from '../state.ts';
import { count, listed, say } from '../words.ts';

const PolicyPanel = later(async () => (await import('./policy-form.tsx')).PolicyPanel);

/** Under this name stands the site that Chrome was last asked for, if it has not answered: its dialog closes the popup. */
const ASKED = 'asked';

/** The site in front of the person, and its one switch. */
export function SitePanel({ origin, tab }: { readonly origin: string; readonly tab: number | undefined }) {
  const asked = useSignal(false);
  const denied = useSignal(localStorage.getItem(ASKED) === origin);
  const { failure, run } = useAct();
  const isProtected = sites.value?.includes(origin) ?? false;
  const agent = signingIn.value;
  useEffect(() => {
    localStorage.removeItem(ASKED);
    if (tab !== undefined) show({ kind: 'page', tab });
  }, [isProtected]);

  const protect = async (): Promise<void> => {
    asked.value = true;
    localStorage.setItem(ASKED, origin);
    void run({ kind: 'protect', origin }); // Chrome's dialog may close this view
    denied.value = !(await browser.permissions.request({ origins: [`${origin}/*`] }));
    localStorage.removeItem(ASKED);
    if (!denied.value) await run({ kind: 'protect', origin });
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
          {wanted.value.includes(origin) && <p>{say('organizationWants')}</p>}
          {agent ? (
            <p>{say('signingIn', hostOf(agent))}</p>
          ) : (
            <p>
              {say('protectWhat')} <WhatIsThis name="site" />
            </p>
          )}
          {tab !== undefined && <Reading tab={tab} />}
          <button
            type="button"
            class={agent ? undefined : 'primary'}
            data-action="protect"
            disabled={asked.value}
            onClick={protect}
          >
            {say('protectAction')}
          </button>
          <NotDone failure={failure} />
          <p role="status" class={denied.value ? 'not-done' : 'quiet'}>
            {say(denied.value ? 'protectDenied' : 'protectNext')}
          </p>
          {!agent && <p class="limit">{say('pageScriptLimit')}</p>}
        </>
      )}
      {isProtected && refusal.value && <p class="explanation">{refused(refusal.value)}</p>}
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

const refused = ({ server, why }: RefusedSignIn): string =>
  say('signInRefused', hostOf(server), say(why === 'sound_proof_refused' ? 'toldSoundProof' : WHY_EXPOSED[why]));

/** What the page's script can read as long as the site is not protected; looked for where the person asks. */
function Reading({ tab }: { readonly tab: number }) {
  const seen = reading.value;
  if (seen === undefined) {
    return (
      <button type="button" class="link" onClick={() => show({ kind: 'read', tab })}>
        {say('readAsk')}
      </button>
    );
  }
  if (seen === null) return <p role="status">{say('readNot')}</p>;
  const { servers, tokens } = seen;
  return (
    <>
      <p role="status" class={tokens > 0 ? 'reading reading-tokens' : 'reading'}>
        {servers.length > 0 ? say('readTalks', listed(servers.map(hostOf))) : say('readNoMcp')}{' '}
        {tokens > 0 ? count('readTokens', tokens) : servers.length > 0 && say('readNoTokens')}
      </p>
      <p class="limit">{say('readLimit')}</p>
    </>
  );
}

/** The switch is on; behind it are the site's policy, and the way to turn it off. */
function Protected({ origin }: { readonly origin: string }) {
  const shown = useSignal<'policy' | 'stop' | undefined>(undefined);
  const { failure, run } = useAct();
  const header = useRef<HTMLElement>(null);
  const exposed = useComputed(
    () => sessions.value.filter((one) => one.agent === origin && stateAt(one, now.value, false) === 'exposed').length,
  );
  const chip = exposed.value > 0 ? count('siteOnExposed', exposed.value) : say('siteOn');
  const isManaged = policies.value[origin]?.managed.includes('protect') ?? false;
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
          label={say('menuSite', chip)}
          look={exposed.value > 0 ? 'tag tag-exposed' : 'tag tag-on'}
          items={() => [
            { label: say('menuPolicy'), onChoose: show('policy') },
            { label: say('keepAKey'), href: keepLink(origin) },
            ...(isManaged ? [] : [{ label: say('menuStop'), look: 'danger' as const, onChoose: show('stop') }]),
          ]}
        >
          {chip}
          <Icon name="chevron" look="chevron" />
        </Menu>
      </header>
      {isManaged && <p class="note">{say('organizationProtects')}</p>}
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
