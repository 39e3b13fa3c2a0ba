import { bindingOf, isLiveState, isLiveView, type SessionView, type ViewState } from '../../messages/ui.ts';
import { Menu, type MenuItem } from '../actions/menu.tsx';
import { useCopy } from '../copy/copied.ts';
import { drillLink, sessionLink } from '../dashboard-link.ts';
import { Icon } from '../icons.tsx';
import { keyLink } from '../keep-link.ts';
import { say } from '../words.ts';

/** What is asked first: what cannot be undone, and a name. */
export type Asked = 'rename' | 'revoke' | 'retire';

interface Props {
  readonly session: SessionView;
  readonly state: ViewState;
  /** The session for who cannot see it. */
  readonly name: string;
  readonly onAsk: (question: Asked) => void;
  readonly onForget: () => void;
}

/** What can be done with a session. */
export function SessionMenu({ session, state, name, onAsk, onForget }: Props) {
  const { copied, copy } = useCopy();
  const items = (): readonly MenuItem[] => {
    const { id } = session;
    const thumbprint = bindingOf(session)?.thumbprint;
    const isLive = isLiveView(session);
    const mayRetire = session.state === 'bound' && isLiveState(state) && session.refreshable;
    return [
      ...(thumbprint ? [{ label: say('menuCopy'), onChoose: () => void copy(thumbprint) }] : []),
      ...(state === 'bound' ? [{ label: say('menuDrill'), href: drillLink(id) }] : []),
      { label: say('menuOpen'), href: sessionLink(id) },
      ...(session.state === 'given' ? [{ label: say('menuKey'), href: keyLink(id) }] : []),
      ...(isLive && session.state !== 'given' ? [{ label: say('menuRename'), onChoose: () => onAsk('rename') }] : []),
      ...(mayRetire ? [{ label: say('menuRetire'), onChoose: () => onAsk('retire') }] : []),
      ...(isLive && state !== 'locked'
        ? [
            {
              label: say(session.state === 'given' ? 'menuDelete' : 'menuRevoke'),
              look: 'danger',
              onChoose: () => onAsk('revoke'),
            } as const,
          ]
        : []),
      ...(isLive ? [] : [{ label: say('forget'), onChoose: onForget }]),
    ];
  };
  return (
    <span class="thumbprint">
      <Menu label={say('menuSession', name)} look="more" items={items}>
        <Icon name="dots" look="dots" />
      </Menu>
      <span class="copied" role="status">
        {copied.value ? say('copied') : ''}
      </span>
    </span>
  );
}
