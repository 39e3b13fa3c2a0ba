import type { ComponentChildren } from 'preact';
import type { SessionView, ViewState } from '../../../messages/ui.ts';
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
        <Place name={say('factAgent')} link={links[0]} drawing={DRAWINGS.agent} value={hostOf(session.agent)}>
          {say(AGENT[story])}
        </Place>
        <KeyPlace session={session} story={story} link={links[1]} />
        <Place
          name={say('factIssuer')}
          link={links[2]}
          drawing={DRAWINGS.issuer}
          value={issuer === undefined ? say('pictureUnknownIssuer') : hostOf(issuer)}
        >
          {issuing(session, story)}
        </Place>
        <Place name={say('factResource')} link={undefined} drawing={DRAWINGS.resource} value={nameOf(session)}>
          {story === 'plain' || story === 'asBearer' ? (
            say('pictureAnybody')
          ) : (
            <>
              {'binding' in session && count('pictureProofs', session.proofs)} <EnforcementLabel session={session} />
            </>
          )}
        </Place>
      </ol>
    </section>
  );
}

function KeyPlace({ session, story, link }: { session: SessionView; story: Story; link: Link | undefined }) {
  if (!('binding' in session)) {
    const isPages = story === 'ownKey';
    return (
      <Place
        name={say('dashboardKey')}
        link={link}
        drawing={isPages ? DRAWINGS.key : DRAWINGS.noKey}
        value={say(isPages ? 'picturePageKey' : 'pictureNoKey')}
      >
        {!isPages && say('pictureNothingBinds')}
      </Place>
    );
  }
  const { thumbprint, algorithm } = session.binding;
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
  readonly drawing?: string;
  readonly mark?: ComponentChildren;
  readonly children: ComponentChildren;
}

function Place({ name, value, link, drawing, mark, children }: PlaceProps) {
  return (
    <li class={link && `link-${link}`}>
      <span class="place">
        {mark ?? (
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d={drawing} />
          </svg>
        )}
      </span>
      <span class="name">{name}</span>
      <strong>{value}</strong>
      <span class="note">{children}</span>
    </li>
  );
}

const AGENT = {
  handle: 'pictureHandle',
  asBearer: 'pictureHandle',
  inPage: 'pictureInPage',
  plain: 'pictureBearer',
  refused: 'pictureRefused',
  ownKey: 'pictureOwnKey',
  over: 'pictureDead',
} as const satisfies Record<Story, string>;

function issuing(session: SessionView, story: Story): string {
  if (story === 'ownKey') return '';
  if (!('binding' in session)) return say('picturePlainTokens');
  return say(session.binding.codeBound ? 'pictureCodeBound' : 'pictureTokensBound');
}

const DRAWINGS = {
  agent: 'M3 5h18v14H3zM3 9h18M6 7h.1M8.5 7h.1',
  key: 'M7 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM11 12h10M18 12v3M21 12v3',
  noKey: 'M7 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM11 12h10M18 12v3M21 12v3M4 20L20 4',
  issuer: 'M12 3l8 3v5c0 5-3.5 8-8 10-4.5-2-8-5-8-10V6zM9 12l2 2 4-4',
  resource: 'M4 5h16v6H4zM4 13h16v6H4zM7 8h.1M7 16h.1',
} as const;
