import { say } from '../../look/say.ts';
import type { ServerView } from './server-view.ts';

/** What the MCP server saw, the newest request first, and how it answered. */
export function ServerLog({ view: { requests, weak } }: { readonly view: ServerView }) {
  return (
    <section class="server-log" aria-labelledby="server-title">
      <header class="panel-head">
        <h2 id="server-title">{say('What the MCP server saw', 'MCP サーバーから見た様子')}</h2>
        <p>
          {weak.length === 0
            ? say('It looks at everything.', 'すべてを確認しています。')
            : say(
                `It is weak: ${weak.length} of its checks are off.`,
                `弱めてあります：確認を ${weak.length} つ省いています。`,
              )}
        </p>
      </header>
      {requests.length === 0 && <p class="glass-none">{say('Nothing yet.', 'まだ何もありません。')}</p>}
      <ol>
        {requests.map(({ id, what, carried, status, error, description }) => (
          <li key={id} class={status < 400 ? 'let-in' : 'kept-out'}>
            <p>
              <strong>{what}</strong> <span>{carried}</span>
            </p>
            <p>
              <b>{status < 400 ? say('Let in', '通過') : say('Refused', '拒否')}</b>{' '}
              {[status, error].filter(Boolean).join(' ')}
              {description && <q>{description}</q>}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}
