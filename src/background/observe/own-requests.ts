/** Chrome has no tab for what a service worker requests, the background's too, nor for what a shared worker does. */
export const NO_TAB = -1;

/** Requests of the background's own come from here. */
export const OWN = globalThis.location?.origin;
