/**
 * Whether two values of `resource` name the same: by their canonical URI, in which neither the case of the host nor a
 * slash at the end makes a difference. Two that are missing are the same; one that is no URL is as no other.
 *
 * @see RFC 8707 §2; MCP authorization, "Canonical Server URI"
 */
export function isSameResource(one: string | undefined, other: string | undefined): boolean {
  return one === other || (one !== undefined && other !== undefined && canonical(one) === canonical(other));
}

function canonical(resource: string): string {
  if (!URL.canParse(resource)) return resource;
  const { origin, pathname, search } = new URL(resource);
  return origin + pathname.replace(/\/$/, '') + search;
}

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
