/**
 * Whether a request to `url` is a request to `resource`: the same origin, and the resource's path or one below it.
 *
 * @see RFC 8707 §2; MCP authorization, "Resource Parameter Implementation" (canonical server URI)
 */
export function covers(resource: string, url: string): boolean {
  const wanted = new URL(resource);
  const asked = new URL(url);
  const path = wanted.pathname.replace(/\/$/, '');
  return asked.origin === wanted.origin && (asked.pathname === path || asked.pathname.startsWith(`${path}/`));
}
