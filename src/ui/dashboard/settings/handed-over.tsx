import { ActionButton } from '../../actions/action-button.tsx';
import { policies } from '../../state.ts';
import { count, say } from '../../words.ts';

/** The resources whose tokens a site's page holds, each with the way to keep them again. */
export function HandedOver({ agent }: { readonly agent: string }) {
  const { policy: { handedOver = [] } = {}, managed = [] } = policies.value[agent] ?? {};
  if (handedOver.length === 0) return null;
  const isManaged = managed.includes('handedOver');
  return (
    <details>
      <summary>{count('handedOver', handedOver.length)}</summary>
      <p class="quiet">{say(isManaged ? 'policyManaged' : 'handedOverWhat')}</p>
      <ul class="allowed-servers">
        {handedOver.map((resource) => (
          <li key={resource}>
            <code>{resource}</code>
            {!isManaged && (
              <ActionButton
                label={say('keepAgain')}
                name={say('keepAgainOf', resource)}
                look="link"
                request={{ kind: 'keepAgain', agent, resource }}
              />
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
