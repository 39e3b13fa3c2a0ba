import type { TargetedSubmitEvent } from 'preact';
import type { Folio } from '../folio.ts';
import type { Draft } from '../notebook.ts';

/** A note being written. */
export function NoteEditor({ folio, draft }: { folio: Folio; draft: Draft }) {
  const save = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const title = String(form.get('title'));
    const body = String(form.get('body'));
    void folio.write(draft.id === undefined ? { title, body } : { id: draft.id, title, body });
  };
  return (
    <form class="note" onSubmit={save}>
      <label>
        Title
        <input name="title" required maxLength={80} defaultValue={draft.title} />
      </label>
      <label>
        Text
        <textarea name="body" rows={7} defaultValue={draft.body} />
      </label>
      <p class="folio-actions">
        <button type="submit" class="primary">
          Save note
        </button>
        <button
          type="button"
          onClick={() => {
            folio.draft.value = undefined;
          }}
        >
          Cancel
        </button>
      </p>
    </form>
  );
}
