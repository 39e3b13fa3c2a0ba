import type { SessionView } from '../../messages/ui.ts';

/** The sessions whose agent, server, scopes or thumbprint hold every word of what is looked for. */
export function matching(sessions: readonly SessionView[], wanted: string): readonly SessionView[] {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return sessions;
  return sessions.filter((session) => {
    const text = textOf(session);
    return words.every((word) => text.includes(word));
  });
}

function textOf(session: SessionView): string {
  const { agent, resource, issuer, scopes } = session;
  const thumbprint = 'binding' in session ? session.binding.thumbprint : '';
  return [agent, resource, issuer, thumbprint, ...scopes].join(' ').toLowerCase();
}
