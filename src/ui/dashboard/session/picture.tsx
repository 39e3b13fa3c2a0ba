import type { ComponentChildren } from 'preact';
import { bindingOf, type SessionView, type ViewState } from '../../../messages/ui.ts';
import { Icon, type IconName } from '../../icons.tsx';
import { EnforcementLabel } from '../../labels/enforcement-label.tsx';
import { Mark } from '../../labels/mark.tsx';
import { hostOf, shorten } from '../../names.ts';
import { nameOf } from '../../session/name.ts';
import { count, say } from '../../words.ts';
import './picture.css';
import { type Link, linksOf, type Story, storyOf } from './story.ts';

interface Props {
  readonly session: SessionView;
  readonly state: ViewState;
}

/**
 * Agent → key → authorization server → resource, and what is bound to what: a solid line where the key binds, a dashed one
 * where nothing does, a cut one where it is over. What the lines show is said in words at each place.
 */
export function Picture({ session, state }: Props) {
  const story = storyOf(session, state);
  const links = linksOf(story);
  const { issuer } = session;
  return (
    <section class={`picture story-${story}`} aria-labelledby="picture-title">
      <h3 id="picture-title">{say('dashboardPicture')}</h3>
      <ol>
        <Place name={say('factAgent')} link={links[0]} icon="window" value={hostOf(session.agent)}>
          {say(AGENT[story])}
        </Place>
        <KeyPlace session={session} story={story} link={links[1]} />
        <Place
          name={say('factIssuer')}
          link={links[2]}
          icon="shieldCheck"
          value={issuer === undefined ? say(story === 'given' ? 'none' : 'pictureUnknownIssuer') : hostOf(issuer)}
        >
          {issuing(session, story)}
        </Place>
        <Place name={say('factResource')} link={undefined} icon="server" value={nameOf(session)}>
          {story === 'plain' || story === 'held' || story === 'given' || story === 'asBearer' ? (
            say('pictureAnybody')
          ) : (
            <>
              {bindingOf(session) && count('pictureProofs', session.proofs)} <EnforcementLabel session={session} />
            </>
          )}
        </Place>
      </ol>
    </section>
  );
}

function KeyPlace({ session, story, link }: { session: SessionView; story: Story; link: Link | undefined }) {
  const binding = bindingOf(session);
  if (!binding) {
    const isPages = story === 'ownKey';
    return (
      <Place
        name={say('dashboardKey')}
        link={link}
        icon={isPages ? 'key' : 'struckKey'}
        value={say(isPages ? 'picturePageKey' : 'pictureNoKey')}
      >
        {!isPages && say('pictureNothingBinds')}
      </Place>
    );
  }
  const { thumbprint, algorithm } = binding;
  return (
    <Place
      name={say('dashboardKey')}
      link={link}
      mark={<Mark thumbprint={thumbprint} />}
      value={
        <>
          <code>{shorten(thumbprint)}</code> {algorithm}
        </>
      }
    >
      {say(story === 'over' ? 'pictureKeyGone' : 'pictureNoExport')}
    </Place>
  );
}

interface PlaceProps {
  readonly name: string;
  readonly value: ComponentChildren;
  /** The line to the next place. */
  readonly link: Link | undefined;
  readonly icon?: IconName;
  readonly mark?: ComponentChildren;
  readonly children: ComponentChildren;
}

function Place({ name, value, link, icon, mark, children }: PlaceProps) {
  return (
    <li class={link && `link-${link}`}>
      <span class="place">{mark ?? (icon && <Icon name={icon} />)}</span>
      <span class="name">{name}</span>
      <strong>{value}</strong>
      <span class="note">{children}</span>
    </li>
  );
}

const AGENT = {
  handle: 'pictureHandle',
  asBearer: 'pictureHandle',
  held: 'pictureHandle',
  given: 'pictureHandle',
  inPage: 'pictureInPage',
  plain: 'pictureBearer',
  refused: 'pictureRefused',
  ownKey: 'pictureOwnKey',
  over: 'pictureDead',
} as const satisfies Record<Story, string>;

function issuing(session: SessionView, story: Story): string {
  if (story === 'ownKey') return '';
  if (story === 'given') return say('pictureGiven');
  const binding = bindingOf(session);
  if (!binding) return say('picturePlainTokens');
  return say(binding.codeBound ? 'pictureCodeBound' : 'pictureTokensBound');
}
