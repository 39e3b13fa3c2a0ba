import type { Thumbprint } from '../../protocol/dpop/key.ts';
import type { Ports } from '../ports.ts';

type Holders = Pick<Ports, 'keys' | 'sessions' | 'arming'>;

/** The keys that something is bound to: a session, a sign-in that is under way, or an agent's next one. */
export async function neededKeys({ sessions, arming }: Holders): Promise<ReadonlySet<Thumbprint>> {
  const bound = (await sessions.list()).flatMap((session) => (session.state === 'bound' ? [session.binding] : []));
  const pending = (await arming.authorizations()).filter(({ session }) => session === undefined);
  const held = [...bound, ...pending, ...(await arming.list())].map(({ thumbprint }) => thumbprint);
  return new Set(held.filter((thumbprint) => thumbprint !== undefined));
}

/** Deletes the key of an ended session, unless another needs it: simultaneous authorization requests may name one key. */
export async function dropKey(holders: Holders, thumbprint: Thumbprint | undefined): Promise<void> {
  if (thumbprint !== undefined && !(await neededKeys(holders)).has(thumbprint)) await holders.keys.remove(thumbprint);
}
