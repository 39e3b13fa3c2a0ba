import { say } from '../../look/say.ts';
import type { Folio } from '../folio.ts';
import { ago } from './ago.ts';

/** One note, open. */
export function NotePage({ folio }: { folio: Folio }) {
  const note = folio.note.value;
  if (!note) return <p class="note-none">{say('Open a note to read it.', 'ノートを選んで開いてください。')}</p>;
  return (
    <article class="note" aria-labelledby="note-title">
      <h2 id="note-title">{note.title}</h2>
      <p class="note-meta">
        {note.isPrivate && <span class="private">{say('private', '非公開')}</span>} {ago(note.updated)}
      </p>
      <p class="note-body">{note.body}</p>
      <p class="folio-actions">
        <button
          type="button"
          onClick={() => {
            folio.draft.value = note;
          }}
        >
          {say('Edit', '編集')}
        </button>
        {folio.saved.value && <span role="status">{folio.saved.value}</span>}
      </p>
    </article>
  );
}
