import type { Start } from './worker-start.ts';

// The build makes one function of a wrapper, and gives it this name and this parameter (`vite.config.ts`).
declare const holdfast: unknown;
declare const start: Start | undefined;

/** The text of the wrapper itself, for the workers that it starts. Empty where the build gave it no name: it starts none. */
export const SOURCE: string = typeof holdfast === 'function' ? String(holdfast) : '';

/** Undefined in a page. */
export const START: Start | undefined = typeof start === 'object' ? start : undefined;
