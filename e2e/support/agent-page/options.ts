/** How a test wants the agent. The page is an ordinary one: the SDKs as they are, and a provider in localStorage. */
export interface AgentOptions {
  /** The official SDKs, or the AI SDK's client. */
  readonly sdk: 'v1' | 'v2' | 'ai';
  readonly resource: string;
  /** Speaks the HTTP+SSE transport of 2024, which only the older SDK knows well. */
  readonly legacy?: boolean;
  /** Where this account's things are kept; a page may have several. */
  readonly account?: string;
  readonly ownDpop?: boolean;
  readonly popup?: boolean;
  /** Leaves out the protocol's newer era, or everything that is remembered of the servers. */
  readonly remembersDiscovery?: boolean;
}
