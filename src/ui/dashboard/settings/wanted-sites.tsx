import browser from '../../browser.ts';
import { hostOf } from '../../names.ts';
import { wanted } from '../../state.ts';
import { listed, say } from '../../words.ts';

/** The sites that the organization wants protected: one click, and Chrome asks for all of them. */
export function WantedSites() {
  if (wanted.value.length === 0) return null;
  const origins = wanted.value.map((site) => `${site}/*`);
  return (
    <div class="wanted-sites">
      <p>{say('organizationWantsThese', listed(wanted.value.map(hostOf)))}</p>
      <button type="button" class="primary" onClick={() => void browser.permissions.request({ origins })}>
        {say('organizationAllow')}
      </button>
    </div>
  );
}
