import type { Approach, Attempt, StolenNote } from '../thief-server.ts';
import type { Haul } from './bag.ts';
import { shorten } from './shorten.ts';

const APPROACHES: Readonly<Record<Approach, { readonly title: string; readonly how: (credential: string) => string }>> =
  {
    bearer: { title: 'Use it as it is', how: (token) => `Authorization: Bearer ${token}` },
    'own-key': { title: 'Use it with a key of its own', how: (token) => `Authorization: DPoP ${token}, own proof` },
    refresh: { title: 'Refresh it', how: (token) => `refresh_token=${token}` },
    'refresh-own-key': {
      title: 'Refresh it with a key of its own',
      how: (token) => `refresh_token=${token}, own proof`,
    },
  };

const VERDICTS = { 'got-in': 'Got in', refused: 'Refused' } as const;

/**
 * One attempt: what was tried, and what the server said.
 *
 * @param isFirstIn whether this is how the thief got in; what it reads need not be shown twice
 */
export function AttemptCard({ attempt, isFirstIn }: { attempt: Attempt; isFirstIn: boolean }) {
  const { title, how } = APPROACHES[attempt.approach];
  return (
    <li class={`attempt ${attempt.verdict}`}>
      <p class="attempt-head">
        <strong>{title}</strong>
        <span class="badge">{VERDICTS[attempt.verdict]}</span>
      </p>
      <p class="how">{how(shorten(attempt.credential))}</p>
      <p class="answer">
        {attempt.server} answered{' '}
        <code>
          {attempt.status} {attempt.error}
        </code>
      </p>
      {attempt.description && <blockquote>{attempt.description}</blockquote>}
      {attempt.notes &&
        (isFirstIn ? <StolenNotes notes={attempt.notes} /> : <p>The new token opens the notebook too.</p>)}
    </li>
  );
}

function StolenNotes({ notes }: { notes: readonly StolenNote[] }) {
  return (
    <ul class="stolen-notes" aria-label="Stolen notes">
      {notes.map(({ title, isPrivate }) => (
        <li key={title}>
          {title}
          {isPrivate && <span class="private">private</span>}
        </li>
      ))}
    </ul>
  );
}

/** What all attempts on one haul come to. */
export function Verdict({ haul }: { haul: Haul }) {
  const notes = stolenNotes(haul);
  const secrets = notes?.filter(({ isPrivate }) => isPrivate).length;
  return (
    <div class={`verdict ${notes ? 'got-in' : 'refused'}`} role="status">
      <VerdictMark gotIn={notes !== undefined} />
      <p>
        <strong>{notes ? VERDICTS['got-in'] : VERDICTS.refused}</strong>
        {notes ? `It reads ${notes.length} notes, ${secrets} of them private.` : 'Nothing it took opens anything.'}
      </p>
    </div>
  );
}

/** The verdict in a word, for hauls of earlier. */
export function VerdictBadge({ haul }: { haul: Haul }) {
  if (haul.state !== 'tried') return <span class="badge">Not tried</span>;
  const name = stolenNotes(haul) ? 'got-in' : 'refused';
  return <span class={`badge ${name}`}>{VERDICTS[name]}</span>;
}

function stolenNotes({ attempts }: Haul): readonly StolenNote[] | undefined {
  return attempts.find(({ notes }) => notes)?.notes;
}

function VerdictMark({ gotIn }: { gotIn: boolean }) {
  return (
    <svg
      width="44"
      height="44"
      viewBox="0 0 40 40"
      fill="none"
      stroke="currentColor"
      stroke-width="4"
      aria-hidden="true"
    >
      <rect x="7" y="17" width="26" height="18" rx="3" fill="currentColor" stroke="none" />
      <path d={gotIn ? 'M13 17v-5a7 7 0 0 1 13-3' : 'M13 17v-4a7 7 0 0 1 14 0v4'} stroke-linecap="round" />
    </svg>
  );
}
