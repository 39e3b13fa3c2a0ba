import type { ActivityLine } from '../../../model/activity.ts';
import { ACTIVITY_KINDS } from '../../../model/activity.ts';
import { hostOf } from '../../names.ts';
import { nameOf } from '../../session/name.ts';
import { sessions } from '../../state.ts';
import { count, figure, say } from '../../words.ts';
import { type ActivityQuery, PERIODS, type Period } from '../address/activity-query.ts';
import { go, turnInto } from '../address/navigation.ts';
import { hashOf } from '../address/route.ts';
import { download, fileName } from '../download.ts';
import { asCsv, asJson } from './export.ts';
import { KIND_WORDS } from './kind-words.ts';
import { valuesOf } from './search.ts';

interface Props {
  readonly query: ActivityQuery;
  readonly all: readonly ActivityLine[];
  readonly found: readonly ActivityLine[];
}

const PERIOD_WORDS = { hour: 'activityHour', day: 'activityDay', week: 'activityWeek' } as const;

/** What limits the log, all of it in the address; and what is left of it, to take away. */
export function ActivityFilters({ query, all, found }: Props) {
  const choose = (change: Partial<ActivityQuery>): void => go({ view: 'activity', lines: { ...query, ...change } });
  const isLimited = found.length < all.length;
  return (
    <div class="filters">
      <search class="bar-of-filters">
        <input
          type="search"
          aria-label={say('activityFilter')}
          placeholder={say('activityFilter')}
          value={query.text}
          onInput={({ currentTarget: { value } }) => turnInto({ view: 'activity', lines: { ...query, text: value } })}
        />
        <Choice
          label={say('activityKind')}
          any={say('activityAnyKind')}
          value={query.kind}
          values={ACTIVITY_KINDS}
          nameOf={(kind) => say(KIND_WORDS[kind][0])}
          onChoose={(kind) => choose({ kind })}
        />
        <Choice
          label={say('activityAgent')}
          any={say('activityAnyAgent')}
          value={query.agent}
          values={valuesOf(all, 'agent')}
          nameOf={hostOf}
          onChoose={(agent) => choose({ agent })}
        />
        <Choice
          label={say('activityServer')}
          any={say('activityAnyServer')}
          value={query.server}
          values={valuesOf(all, 'server')}
          nameOf={hostOf}
          onChoose={(server) => choose({ server })}
        />
        <Choice
          label={say('activityTime')}
          any={say('activityAnyTime')}
          value={query.period}
          values={Object.keys(PERIODS) as Period[]}
          nameOf={(period) => say(PERIOD_WORDS[period])}
          onChoose={(period) => choose({ period })}
        />
        <p class="quiet found" role="status">
          {isLimited
            ? say('activityFound', figure(found.length), figure(all.length))
            : count('activityLines', found.length)}
        </p>
        <span class="exports">
          <button type="button" onClick={() => save(found, 'json')} disabled={found.length === 0}>
            {say('activityJson')}
          </button>
          <button type="button" onClick={() => save(found, 'csv')} disabled={found.length === 0}>
            {say('activityCsv')}
          </button>
        </span>
      </search>
      {query.session !== undefined && <OneSession query={query} session={query.session} />}
    </div>
  );
}

/** That the log is limited to a session, which one, and the way out of it. */
function OneSession({ query, session: id }: { readonly query: ActivityQuery; readonly session: string }) {
  const session = sessions.value.find((one) => one.id === id);
  return (
    <p class="one-session">
      {say('activityOneSession')}
      <strong>{session ? `${hostOf(session.agent)} → ${nameOf(session)}` : id}</strong>
      <a href={hashOf({ view: 'activity', lines: { ...query, session: undefined } })}>{say('activityEverySession')}</a>
    </p>
  );
}

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly any: string;
  readonly value: Value | undefined;
  readonly values: readonly Value[];
  readonly nameOf: (value: Value) => string;
  readonly onChoose: (value: Value | undefined) => void;
}

function Choice<Value extends string>({ label, any, value, values, nameOf, onChoose }: ChoiceProps<Value>) {
  // A link may name what no line has any more.
  const offered = value === undefined || values.includes(value) ? values : [...values, value];
  return (
    <select
      aria-label={label}
      value={value ?? ''}
      onChange={({ currentTarget }) => onChoose(offered.find((one) => one === currentTarget.value))}
    >
      <option value="">{any}</option>
      {offered.map((one) => (
        <option key={one} value={one}>
          {nameOf(one)}
        </option>
      ))}
    </select>
  );
}

function save(lines: readonly ActivityLine[], extension: 'json' | 'csv'): void {
  const name = fileName('activity', Date.now(), extension);
  if (extension === 'json') download(name, 'application/json', asJson(lines));
  else download(name, 'text/csv', asCsv(lines));
}
