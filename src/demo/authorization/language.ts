import type { Context } from 'oidc-provider';

/** The languages of the server's pages; the first is for browsers that prefer neither. */
const LANGUAGES = ['en', 'ja'] as const;

export type Language = (typeof LANGUAGES)[number];

/** Scope values, each with what the consent page says of it. */
export type Scopes = Readonly<Record<string, Readonly<Record<Language, string>>>>;

export const languageOf = (context: Context): Language => context.acceptsLanguages(...LANGUAGES) || LANGUAGES[0];
