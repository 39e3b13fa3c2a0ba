import type { SessionView, ViewState } from '../../../messages/ui.ts';

/** What the picture of a session tells. */
export type Story = 'handle' | 'asBearer' | 'held' | 'given' | 'inPage' | 'plain' | 'refused' | 'ownKey' | 'over';

/** How two of its places hang together: through the key, through nothing, or not any more. */
export type Link = 'bound' | 'open' | 'cut';

export function storyOf(session: SessionView, state: ViewState): Story {
  switch (session.state) {
    case 'bound':
      if (state === 'expired') return 'over';
      if (session.asBearer) return session.inPage ? 'plain' : 'asBearer';
      return session.inPage ? 'inPage' : 'handle';
    case 'held':
      return state === 'expired' ? 'over' : 'held';
    case 'given':
      return 'given';
    case 'exposed':
      return 'plain';
    case 'refused':
    case 'ownKey':
      return session.state;
    default:
      return 'over';
  }
}

/** From agent to key, from key to authorization server, and from there to the resource. */
export function linksOf(story: Story): readonly [Link, Link, Link] {
  switch (story) {
    case 'handle':
    case 'inPage':
    case 'ownKey':
      return ['bound', 'bound', 'bound'];
    case 'asBearer':
      return ['bound', 'bound', 'open'];
    case 'held':
    case 'given':
    case 'plain':
      return ['open', 'open', 'open'];
    case 'refused':
      return ['cut', 'open', 'open'];
    case 'over':
      return ['cut', 'cut', 'cut'];
  }
}
