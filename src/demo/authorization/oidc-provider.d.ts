/** The part of oidc-provider 9 that the demo uses; the package brings no types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export type Configuration = Readonly<Record<string, unknown>>;

  export interface Context {
    readonly req: IncomingMessage;
    readonly res: ServerResponse;
    readonly method: string;
    readonly path: string;
    readonly query: Readonly<Record<string, string | string[] | undefined>>;
    readonly response: { get(name: string): string };
    /** Which of these the browser prefers: the first where it has no preference (RFC 9110 §12.5.4). */
    acceptsLanguages<Language extends string>(...languages: readonly Language[]): Language | false;
    readonly cookies: { set(name: string, value: string | null, options?: Readonly<Record<string, unknown>>): void };
    /** Present once one of the provider's own routes has run. */
    readonly oidc?: {
      readonly params?: Readonly<Record<string, unknown>>;
      readonly client?: { readonly clientId: string };
    };
    /** For middleware to tell each other something. */
    readonly state: { refused?: Readonly<Record<string, unknown>> };
    status: number;
    type: string;
    body: unknown;
    set(name: string, value: string): void;
    redirect(url: string): void;
  }

  export type Middleware = (context: Context, next: () => Promise<void>) => Promise<void> | void;

  export interface Interaction {
    readonly uid: string;
    readonly prompt: {
      readonly name: string;
      readonly details: {
        readonly missingOIDCScope?: readonly string[];
        readonly missingOIDCClaims?: readonly string[];
        readonly missingResourceScopes?: Readonly<Record<string, readonly string[]>>;
      };
    };
    readonly params: Readonly<Record<string, unknown>>;
    readonly grantId?: string;
    session?: { readonly accountId: string } | undefined;
    persist(): Promise<string>;
  }

  export interface Session {
    readonly accountId?: string;
    destroy(): Promise<void>;
  }

  export interface Grant {
    addOIDCScope(scope: string): void;
    addOIDCClaims(claims: readonly string[]): void;
    addResourceScope(resource: string, scope: string): void;
    save(): Promise<string>;
  }

  export interface Client {
    readonly clientId: string;
    readonly clientName?: string;
    grantTypeAllowed(grantType: string): boolean;
  }

  /** OAuth errors that configuration functions throw. */
  export const errors: { readonly InvalidTarget: new (description: string) => Error };

  export class Provider {
    readonly Session: { get(context: Context): Promise<Session> };
    readonly Grant: {
      new (properties: { accountId: string; clientId: string }): Grant;
      find(id: string): Promise<Grant | undefined>;
    };
    readonly Client: { find(id: string): Promise<Client | undefined> };

    constructor(issuer: string, configuration: Configuration);
    /** Runs before the provider's own routes. */
    use(middleware: Middleware): this;
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
    /** A token request was refused. The reply is in `context.body`, the reason in `error_detail`. */
    on(event: 'grant.error', listener: (context: Context, error: { error_detail?: string }) => void): this;
    cookieName(type: 'session' | 'interaction' | 'resume'): string;
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>;
    interactionResult(
      request: IncomingMessage,
      response: ServerResponse,
      result: Readonly<Record<string, unknown>>,
      options?: { mergeWithLastSubmission?: boolean },
    ): Promise<string>;
  }
}
