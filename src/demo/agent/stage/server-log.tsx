import type { ServerView } from './server-view.ts';

/** What the MCP server saw, the newest request first, and how it answered. */
export function ServerLog({ view: { requests, weak } }: { readonly view: ServerView }) {
  return (
    <section class="server-log" aria-labelledby="server-title">
      <header class="panel-head">
        <h2 id="server-title">What the MCP server saw</h2>
        <p>{weak.length === 0 ? 'It looks at everything.' : `It is weak: ${weak.length} of its checks are off.`}</p>
      </header>
      {requests.length === 0 && <p class="glass-none">Nothing yet.</p>}
      <ol>
        {requests.map(({ id, what, carried, status, error, description }) => (
          <li key={id} class={status < 400 ? 'let-in' : 'kept-out'}>
            <p>
              <strong>{what}</strong> <span>{carried}</span>
            </p>
            <p>
              <b>{status < 400 ? 'Let in' : 'Refused'}</b> {[status, error].filter(Boolean).join(' ')}
              {description && <q>{description}</q>}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}
