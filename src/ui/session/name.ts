import type { SessionView } from '../../messages/ui.ts';
import { say } from '../words.ts';

/** The resource as people know it: host and path. */
export function nameOf({ resource }: SessionView): string {
  if (resource === undefined) return say('unknownResource');
  const { host, pathname } = new URL(resource);
  return host + (pathname === '/' ? '' : pathname);
}

export const hostOf = (origin: string): string => new URL(origin).host;
