import { say } from '../../look/say.ts';
import type { Folio } from '../folio.ts';
import type { NoteList as Notes } from '../notebook.ts';
import { ago } from './ago.ts';

/** The titles in the notebook. */
export function NoteList({ folio, list }: { folio: Folio; list: Notes }) {
  return (
    <nav class="notes" aria-label={say('Notes', 'ノート')}>
      <div class="notes-head">
        <h2>{title(list.owner)}</h2>
        <button type="button" onClick={() => startNote(folio)}>
          {say('New note', '新しいノート')}
        </button>
      </div>
      <ul>
        {list.notes.map((note) => (
          <li key={note.id}>
            <button
              type="button"
              aria-label={note.title}
              aria-current={folio.note.value?.id === note.id}
              onClick={() => folio.read(note.id)}
            >
              <span class="note-title">{note.title}</span>
              {note.isPrivate && <span class="private">{say('private', '非公開')}</span>}
              <span class="note-time">{ago(note.updated)}</span>
              <span class="note-excerpt">{note.excerpt}</span>
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function startNote(folio: Folio): void {
  folio.draft.value = { title: '', body: '' };
}

function title(owner: string): string {
  const name = owner.charAt(0).toUpperCase() + owner.slice(1);
  return say(`${name}’s notebook`, `${name} のノート`);
}
