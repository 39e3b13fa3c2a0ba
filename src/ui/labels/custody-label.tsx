import type { LiveView } from '../../messages/ui.ts';
import { Icon } from '../icons.tsx';
import { say } from '../words.ts';

/** Who holds the real token: a word and a drawing. */
export function CustodyLabel({ session }: { readonly session: LiveView }) {
  const inPage = session.state === 'bound' && session.inPage;
  return (
    <span class={inPage ? 'custody custody-page' : 'custody'}>
      <Icon name={inPage ? 'page' : 'background'} />
      {say(inPage ? 'custodyPage' : 'custodyHeld')}
    </span>
  );
}
