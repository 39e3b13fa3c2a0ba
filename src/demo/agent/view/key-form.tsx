import { say } from '../../look/say.ts';
import type { Folio } from '../folio.ts';

/** The way in without a sign-in: the person pastes a key. */
export function KeyForm({ folio }: { folio: Folio }) {
  return (
    <details class="folio-key">
      <summary>{say('Use a key instead', '代わりにキーを使う')}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          const [server = '', header = '', key = ''] = ['server', 'header', 'key'].map((name) =>
            String(form.get(name)).trim(),
          );
          void folio.useKey({ server, header, key });
        }}
      >
        <label>
          {say('Server', 'サーバー')}
          <input name="server" type="url" required value={folio.resource} />
        </label>
        <label>
          {say('Header', 'ヘッダー')}
          <input name="header" required value="Authorization" />
        </label>
        <label>
          {say('Key', 'キー')}
          <input name="key" required autocomplete="off" />
        </label>
        <button type="submit">{say('Use the key', 'キーを使う')}</button>
      </form>
    </details>
  );
}
