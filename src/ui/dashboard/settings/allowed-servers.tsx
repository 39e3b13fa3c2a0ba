import { ActionButton } from '../../actions/action-button.tsx';
import { hostOf } from '../../names.ts';
import { consents } from '../../state.ts';
import { count, say } from '../../words.ts';

/** The servers that a site's agent may use, each with the way to take it back. */
export function AllowedServers({ agent }: { readonly agent: string }) {
  const servers = consents.value[agent] ?? [];
  if (servers.length === 0) return null;
  return (
    <details>
      <summary>{count('allowedServers', servers.length)}</summary>
      <p class="quiet">{say('allowedWhat')}</p>
      <ul class="allowed-servers">
        {servers.map((server) => (
          <li key={server}>
            <code>{server}</code>
            <ActionButton
              label={say('allowedTakeBack')}
              name={say('allowedTakeBackFrom', hostOf(server))}
              look="link"
              request={{ kind: 'disallow', agent, servers: [server] }}
            />
          </li>
        ))}
      </ul>
    </details>
  );
}
