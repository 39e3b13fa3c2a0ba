import * as v from 'valibot';

/** A web origin in its serialized form, `https://agent.example` (RFC 6454 §6.2). Opaque origins, `null`, are none. */
export const Origin = v.pipe(v.string(), v.check(isOrigin, 'an origin'), v.brand('Origin'));
export type Origin = v.InferOutput<typeof Origin>;

function isOrigin(value: string): boolean {
  return value !== 'null' && URL.canParse(value) && new URL(value).origin === value;
}

/** The origin of a URL. @throws TypeError where the text is no URL */
export function originOf(url: string): Origin {
  return new URL(url).origin as Origin;
}

/** Whose page a request is of, in the browser's own words. An opaque origin stays what it is called: it protects nothing. */
export function originNamedBy(browser: { readonly origin: string }): Origin {
  return browser.origin as Origin;
}
