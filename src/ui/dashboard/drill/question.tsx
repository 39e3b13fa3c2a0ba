import { useEffect, useRef } from 'preact/hooks';
import { ATTEMPTS, isControl } from '../../../model/drill.ts';
import { figure, say } from '../../words.ts';

/**
 * The most requests that a drill sends: the control tries three kinds of them, each attempt is repeated when the server wants
 * another nonce, and MCP sessions that were opened are ended.
 */
const MOST_REQUESTS = 40;

interface Props {
  readonly resource: string;
  readonly onRun: () => void;
  readonly onKeep: () => void;
}

/** What the drill will do, before it is run on a server for the first time. */
export function Question({ resource, onRun, onKeep }: Props) {
  const safe = useRef<HTMLButtonElement>(null);
  useEffect(() => safe.current?.focus(), []);
  const { host, origin } = new URL(resource);
  const attempts = ATTEMPTS.filter((attempt) => !isControl(attempt)).length;
  const title = say('drillAskTitle', host);
  return (
    <div
      class="confirm"
      role="alertdialog"
      aria-labelledby="drill-question"
      aria-describedby="drill-question-what"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onKeep();
      }}
    >
      <h4 id="drill-question">{title}</h4>
      <div id="drill-question-what">
        <p>{say('drillAskWhat', figure(attempts), figure(MOST_REQUESTS))}</p>
        <p>{say('drillAskWhere', origin)}</p>
        <p>{say('drillAskLog')}</p>
      </div>
      <div class="actions">
        <button type="button" class="primary" onClick={onRun}>
          {say('drillRun')}
        </button>
        <button type="button" ref={safe} onClick={onKeep}>
          {say('askNotNow')}
        </button>
      </div>
    </div>
  );
}
