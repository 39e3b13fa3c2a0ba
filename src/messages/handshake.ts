/** The wrapper holds out a port. */
export const GIVEN = 'holdfast:given';
/** The relay has the port. */
export const TAKEN = 'holdfast:taken';
/** The relay came first, and wants a port. */
export const WANTED = 'holdfast:wanted';
/** The name of the port from a relay to the background. */
export const PAGE_PORT = 'page';
