import type { TargetedSubmitEvent } from 'preact';
import { say } from '../../look/say.ts';
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
        {say('Title', 'タイトル')}
        <input name="title" required maxLength={80} defaultValue={draft.title} />
      </label>
      <label>
        {say('Text', '本文')}
        <textarea name="body" rows={7} defaultValue={draft.body} />
      </label>
      <p class="folio-actions">
        <button type="submit" class="primary">
          {say('Save note', '保存')}
        </button>
        <button
          type="button"
          onClick={() => {
            folio.draft.value = undefined;
          }}
        >
          {say('Cancel', 'キャンセル')}
        </button>
      </p>
    </form>
  );
}
