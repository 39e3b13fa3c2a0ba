import type { SessionView } from '../messages/ui.ts';

/** Characters shown at each end of a thumbprint. */
const ENDS = 6;

/** A thumbprint by its first and last characters. */
export const shorten = (thumbprint: string): string => `${thumbprint.slice(0, ENDS)}…${thumbprint.slice(-ENDS)}`;

/** The host of an origin or a URL; what is neither stays as it is. */
export const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);

/** A resource as people know it: host and path. */
export function resourceName(resource: string): string {
  const { host, pathname } = new URL(resource);
  return host + (pathname === '/' ? '' : pathname);
}

/** Text that somebody else chose. Marks that turn the direction of writing are shown as what they are. @see UAX #9 §2 */
export const visible = (text: string): string =>
  text.replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');

/** What the person calls a session. */
export const nicknameOf = (session: SessionView): string =>
  ('nickname' in session && session.nickname) || ('name' in session && session.name) || '';
