import { useComputed, useSignal } from '@preact/signals';
import type { SessionView } from '../../../messages/ui.ts';
import { hostOf } from '../../names.ts';
import { activity } from '../../state.ts';
import { count, figure, say, second } from '../../words.ts';
import { KindLabel } from '../activity/kind-label.tsx';
import { KIND_WORDS } from '../activity/kind-words.ts';
import { sentenceOf } from '../activity/sentence.ts';
import { EVERY_LINE } from '../address/activity-query.ts';
import { hashOf } from '../address/route.ts';
import { type Moment, timelineOf } from './timeline.ts';

/** Moments shown at first. */
const PART = 20;

/** What happened to a session, the newest first. */
export function Timeline({ session }: { readonly session: SessionView }) {
  const shown = useSignal(PART);
  const { id, agent, issuer } = session;
  const moments = useComputed(() => timelineOf(activity.value ?? [], { id, agent, issuer }));
  const left = moments.value.length - shown.value;
  return (
    <section class="timeline" aria-labelledby="timeline-title">
      <h3 id="timeline-title">{say('timelineTitle')}</h3>
      {activity.value && moments.value.length === 0 && <p class="quiet">{say('timelineNone')}</p>}
      <ol>
        {moments.value.slice(0, shown.value).map((moment) => (
          <Entry key={`${moment.from} ${moment.line.kind}`} moment={moment} />
        ))}
      </ol>
      <p class="more">
        {left > 0 && (
          <button
            type="button"
            onClick={() => {
              shown.value += 5 * PART;
            }}
          >
            {count('timelineMore', Math.min(left, 5 * PART))}
          </button>
        )}
        <a href={hashOf({ view: 'activity', lines: { ...EVERY_LINE, session: id } })}>{say('timelineAll')}</a>
      </p>
    </section>
  );
}

function Entry({ moment: { line, count: times, from, to } }: { readonly moment: Moment }) {
  const { kind, status, code, server } = line;
  const said = [status, code].filter((word) => word !== undefined).join(' ');
  return (
    <li>
      <span class="what-happened">
        <KindLabel line={line}>
          {kind === 'proved'
            ? count('proofs', times)
            : times > 1
              ? say('timelineRun', say(KIND_WORDS[kind][0]), figure(times))
              : say(KIND_WORDS[kind][0])}
        </KindLabel>
        {said && <code>{said}</code>}
      </span>
      <time dateTime={new Date(from).toISOString()}>{second(from, to)}</time>
      {kind !== 'proved' && <span class="quiet">{sentenceOf(line)}</span>}
      {server && <span class="quiet at">{hostOf(server)}</span>}
    </li>
  );
}
