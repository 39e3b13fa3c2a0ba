/**
 * A request's URL as it goes over the wire. `webRequest` tells of its fragment too, which may be a mark: that is shown nowhere.
 */
export function readWireUrl(whole: string): { readonly url: string; readonly fragment: string | undefined } {
  const [url = whole, ...fragment] = whole.split('#');
  return { url, fragment: fragment.length > 0 ? fragment.join('#') : undefined };
}
