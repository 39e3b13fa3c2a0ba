import { useComputed, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { activity, now, show } from '../../state.ts';
import { say } from '../../words.ts';
import { type ActivityQuery, EVERY_LINE } from '../address/activity-query.ts';
import { hashOf } from '../address/route.ts';
import { ActivityTable } from './activity-table.tsx';
import { ActivityFilters } from './filters.tsx';
import { search } from './search.ts';
import { sentenceOf } from './sentence.ts';
import './activity.css';

/** What happened, across sessions. */
export function ActivityView({ query }: { readonly query: ActivityQuery }) {
  useEffect(() => {
    show({ kind: 'showActivity', wanted: true });
    return () => show({ kind: 'showActivity', wanted: false });
  }, []);
  const asked = useSignal(query);
  asked.value = query;
  // A period moves with the time; the minute is exact enough, and new lines come with the newest time anyway.
  const found = useComputed(() => search(activity.value ?? [], asked.value, now.peek(), sentenceOf));
  const all = activity.value;
  if (all === undefined) return null;
  return (
    <div class="list">
      <ActivityFilters query={query} all={all} found={found.value} />
      {found.value.length > 0 ? (
        <ActivityTable lines={found.value} />
      ) : (
        <section class="first-steps">
          <h2>{say(all.length === 0 ? 'activityNone' : 'activityNoMatch')}</h2>
          {all.length > 0 && (
            <p>
              <a href={hashOf({ view: 'activity', lines: EVERY_LINE })}>{say('activityShowAll')}</a>
            </p>
          )}
        </section>
      )}
    </div>
  );
}
