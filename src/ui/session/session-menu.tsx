import { bindingOf, type SessionView, type ViewState } from '../../messages/ui.ts';
import { Menu, type MenuItem } from '../actions/menu.tsx';
import { useCopy } from '../copy/copied.ts';
import { drillLink, sessionLink } from '../dashboard-link.ts';
import { Icon } from '../icons.tsx';
import { say } from '../words.ts';
import { nameOf } from './name.ts';

/** What cannot be undone is asked first. */
export type Asked = 'revoke' | 'retire';

interface Props {
  readonly session: SessionView;
  readonly state: ViewState;
  readonly onAsk: (question: Asked) => void;
  readonly onForget: () => void;
}

/** What can be done with a session. */
export function SessionMenu({ session, state, onAsk, onForget }: Props) {
  const { copied, copy } = useCopy();
  const items = (): readonly MenuItem[] => {
    const { id } = session;
    const thumbprint = bindingOf(session)?.thumbprint;
    const isUsable = session.state === 'bound' && state === 'bound';
    return [
      ...(thumbprint ? [{ label: say('menuCopy'), onChoose: () => void copy(thumbprint) }] : []),
      ...(isUsable && !session.asBearer ? [{ label: say('menuDrill'), href: drillLink(id) }] : []),
      { label: say('menuOpen'), href: sessionLink(id) },
      ...(isUsable && session.refreshable ? [{ label: say('menuRetire'), onChoose: () => onAsk('retire') }] : []),
      ...(session.state === 'bound' && state !== 'locked'
        ? [{ label: say('menuRevoke'), look: 'danger', onChoose: () => onAsk('revoke') } as const]
        : []),
      ...(session.state === 'bound' ? [] : [{ label: say('forget'), onChoose: onForget }]),
    ];
  };
  return (
    <span class="thumbprint">
      <Menu label={say('menuSession', nameOf(session))} look="more" items={items}>
        <Icon name="dots" look="dots" />
      </Menu>
      <span class="copied" role="status">
        {copied.value ? say('copied') : ''}
      </span>
    </span>
  );
}
