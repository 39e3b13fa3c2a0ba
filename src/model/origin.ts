import * as v from 'valibot';

/** A web origin in its serialized form, `https://agent.example` (RFC 6454 §6.2). Opaque origins, `null`, are none. */
export const Origin = v.pipe(v.string(), v.check(isSerialized, 'an origin'), v.brand('Origin'));
export type Origin = v.InferOutput<typeof Origin>;

function isSerialized(value: string): boolean {
  return value !== 'null' && URL.canParse(value) && new URL(value).origin === value;
}

export const isOrigin = (value: unknown): value is Origin => v.is(Origin, value);

/** The origin of a URL. @throws TypeError where the text is no URL */
export function originOf(url: string): Origin {
  return new URL(url).origin as Origin;
}

export const isSameOrigin = (one: string, other: string): boolean => originOf(one) === originOf(other);

/** Whose page a request is of, in the browser's own words. An opaque origin stays what it is called: it protects nothing. */
export const namedByBrowser = (origin: string): Origin => origin as Origin;
