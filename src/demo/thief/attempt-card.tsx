import { say } from '../look/say.ts';
import type { Approach, Attempt, StolenNote } from '../thief-server.ts';
import type { Haul } from './bag.ts';
import { shorten } from './shorten.ts';

const APPROACHES: Readonly<Record<Approach, { readonly title: string; readonly how: (credential: string) => string }>> =
  {
    bearer: { title: say('Use it as it is', 'そのまま使う'), how: (token) => `Authorization: Bearer ${token}` },
    'own-key': {
      title: say('Use it with a key of its own', '自分の鍵とともに使う'),
      how: (token) => `Authorization: DPoP ${token}, own proof`,
    },
    refresh: { title: say('Refresh it', '更新する'), how: (token) => `refresh_token=${token}` },
    'refresh-own-key': {
      title: say('Refresh it with a key of its own', '自分の鍵とともに更新する'),
      how: (token) => `refresh_token=${token}, own proof`,
    },
  };

const VERDICTS = { 'got-in': say('Got in', '侵入成功'), refused: say('Refused', '拒否') } as const;

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
        {attempt.server}
        {say(' answered ', ' の応答：')}
        <code>
          {attempt.status} {attempt.error}
        </code>
      </p>
      {attempt.description && <blockquote>{attempt.description}</blockquote>}
      {attempt.notes &&
        (isFirstIn ? (
          <StolenNotes notes={attempt.notes} />
        ) : (
          <p>{say('The new token opens the notebook too.', '新しいトークンでもノートを開けます。')}</p>
        ))}
    </li>
  );
}

function StolenNotes({ notes }: { notes: readonly StolenNote[] }) {
  return (
    <ul class="stolen-notes" aria-label={say('Stolen notes', '盗まれたノート')}>
      {notes.map(({ title, isPrivate }) => (
        <li key={title}>
          {title}
          {isPrivate && <span class="private">{say('private', '非公開')}</span>}
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
        {notes
          ? say(
              `It reads ${notes.length} notes, ${secrets} of them private.`,
              `ノート ${notes.length} 件（非公開 ${secrets} 件）を読まれました。`,
            )
          : say('Nothing it took opens anything.', '盗んだものでは何も開けません。')}
      </p>
    </div>
  );
}

/** The verdict in a word, for hauls of earlier. */
export function VerdictBadge({ haul }: { haul: Haul }) {
  if (haul.state !== 'tried') return <span class="badge">{say('Not tried', '未使用')}</span>;
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
