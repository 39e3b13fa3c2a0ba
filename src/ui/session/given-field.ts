/** A header field with a key in it, which is left out. */
export const fieldOf = (header: string, scheme: string): string => `${header}: ${scheme && `${scheme} `}…`;
