/** Whether an address that a session is used at beside its resource is the whole of its server. */
export const isWholeServer = (address: string): boolean => new URL(address).pathname === '/';
