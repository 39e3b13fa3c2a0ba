/** The header fields of a request or a reply: a field's value by its name, in any case; null when there is none. */
export type Header = (name: string) => string | null;
