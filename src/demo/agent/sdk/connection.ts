/** A connected MCP client, whichever SDK made it. */
export interface Connection {
  /** Calls a tool. The result is decoded by who knows the tool. */
  call(tool: string, input: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Ends the session on the server, if there is one, and the connection. */
  close(): Promise<void>;
}

/** The SDK, as far as the agent needs it. */
export interface Sdk {
  /** @throws whatever the SDK throws; see `needsSignIn` */
  connect(resource: string): Promise<Connection>;
  /** Trades what the authorization server sent back for tokens. */
  finishSignIn(resource: string, callback: URLSearchParams): Promise<void>;
  /** Whether an error means that the person has to sign in. */
  needsSignIn(error: unknown): boolean;
}
