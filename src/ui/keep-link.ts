const PAGE = '/src/ui/keep/index.html';

/** Where a person gives a key to Holdfast. @param server the address that is offered for it */
export function keepLink(agent: string, server?: string): string {
  return `${PAGE}?${new URLSearchParams({ agent, ...(server !== undefined && { server }) })}`;
}

/** Where a given key is renamed or replaced, and its handle copied. */
export const keyLink = (session: string): string => `${PAGE}?${new URLSearchParams({ session })}`;
