/** The demo speaks English, and Japanese to browsers that prefer it. */
export const isJapanese = navigator.language.startsWith('ja');

/** A sentence in the language of the browser. */
export const say = (english: string, japanese: string): string => (isJapanese ? japanese : english);

/** How times and numbers are written. */
export const LANGUAGE = isJapanese ? 'ja' : 'en-GB';
