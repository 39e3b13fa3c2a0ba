import type { LiveSession } from '../../model/session.ts';
import type { Tokens } from '../../model/tokens.ts';
import type { ProofKey } from '../../protocol/dpop/key.ts';
import type { Ports } from '../ports.ts';

/** What a live session is used with. */
export interface Secrets {
  readonly tokens: Tokens;
  /** The key that its tokens are bound to; undefined for a session that is not bound. */
  readonly key: ProofKey | undefined;
}

/** The secrets of a session. Undefined where its tokens, or the key of a bound one, are gone. @throws HoldfastError `locked` */
export async function secretsOf(
  { keys, sessions }: Pick<Ports, 'keys' | 'sessions'>,
  session: LiveSession,
): Promise<Secrets | undefined> {
  const key = session.state === 'bound' ? await keys.get(session.binding.thumbprint) : undefined;
  const tokens = await sessions.tokens(session.id);
  return tokens && (key || session.state !== 'bound') ? { tokens, key } : undefined;
}
