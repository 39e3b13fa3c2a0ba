import { AskedButton } from '../../actions/asked-button.tsx';
import { questionBefore } from '../../actions/question-words.ts';
import { keepLink } from '../../keep-link.ts';
import { hostOf } from '../../names.ts';
import { PolicyForm } from '../../site/policy-form.tsx';
import { policies, sessions } from '../../state.ts';
import { count, say } from '../../words.ts';
import { EVERY_SESSION } from '../address/list-query.ts';
import { hashOf } from '../address/route.ts';
import { AllowedServers } from './allowed-servers.tsx';
import { HandedOver } from './handed-over.tsx';

/** A protected site: its sessions, its policy, and the way to stop. */
export function ProtectedSite({ origin }: { readonly origin: string }) {
  const id = `site-${origin}`;
  const own = sessions.value.filter(({ agent }) => agent === origin).length;
  return (
    <article class="protected-site" aria-labelledby={id}>
      <header>
        <h3 id={id}>{hostOf(origin)}</h3>
        <span class="tag tag-on">{say('protected')}</span>
        <a href={hashOf({ view: 'sessions', list: { ...EVERY_SESSION, group: origin } })}>
          {count('dashboardSessionCount', own)}
        </a>
      </header>
      <details>
        <summary>{say('policyTitle')}</summary>
        <PolicyForm origin={origin} />
      </details>
      <AllowedServers agent={origin} />
      <HandedOver agent={origin} />
      <a href={keepLink(origin)} target="_blank" rel="noreferrer">
        {say('keepAKey')}
      </a>
      {policies.value[origin]?.managed.includes('protect') ? (
        <p class="note">{say('organizationProtects')}</p>
      ) : (
        <AskedButton
          label={say('stopAction')}
          look="link"
          question={questionBefore('unprotect')}
          request={{ kind: 'unprotect', origin }}
        />
      )}
    </article>
  );
}
