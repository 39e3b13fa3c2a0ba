import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { SessionView } from '../../messages/ui.ts';
import { Part } from '../part.tsx';
import { SessionCard } from '../session/session-card.tsx';
import { count } from '../words.ts';

/** Sessions drawn at first, enough to fill the popup, and with each step further down. */
const FIRST = 6;
const STEP = 10;

interface Props {
  readonly sessions: readonly SessionView[];
  readonly showAgent: boolean;
}

/** Sessions, drawn as far as somebody has scrolled; the button at the end is for those who do not scroll. */
export function SessionList({ sessions, showAgent }: Props) {
  const drawn = useSignal(FIRST);
  const end = useRef<HTMLButtonElement>(null);
  const left = sessions.length - drawn.value;
  const more = (): void => {
    drawn.value += STEP;
  };

  useEffect(() => {
    if (!end.current) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && more());
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [drawn.value, left > 0]);

  return (
    <>
      {sessions.slice(0, drawn.value).map((session) => (
        <Part key={session.id}>
          <SessionCard session={session} showAgent={showAgent} />
        </Part>
      ))}
      {left > 0 && (
        <button type="button" ref={end} class="link more-sessions" onClick={more}>
          {count('showMore', left)}
        </button>
      )}
    </>
  );
}
