import type { AccessControl } from './access.ts';
import type { NotebookEndpoint } from './endpoint.ts';
import { type IncomingAccess, noteCall, type ResourceServerEntry } from './log.ts';
import type { Nonces } from './nonces.ts';
import { type ChallengeTerms, Refusal, refuse } from './refusal.ts';
import { requireScope } from './scopes.ts';

/** Stands before the notebook: nothing gets through without access, and every refusal says why. */
export class Gate {
  readonly #notebook: NotebookEndpoint;
  readonly #access: AccessControl;
  readonly #nonces: Nonces | undefined;
  readonly #terms: ChallengeTerms;

  constructor(notebook: NotebookEndpoint, access: AccessControl, nonces: Nonces | undefined, terms: ChallengeTerms) {
    this.#notebook = notebook;
    this.#access = access;
    this.#nonces = nonces;
    this.#terms = terms;
  }

  /** @param url the request's URL by the server's own name */
  async serve(request: Request, url: string, entry: ResourceServerEntry, incoming: IncomingAccess): Promise<Response> {
    const body = await readJson(request.clone());
    noteCall(entry, body);
    const now = Date.now();
    const reply = await this.#answer(request, url, body, entry, incoming, now);
    this.#offerNonce(reply, entry, now);
    return reply;
  }

  async #answer(
    request: Request,
    url: string,
    body: unknown,
    entry: ResourceServerEntry,
    incoming: IncomingAccess,
    now: number,
  ): Promise<Response> {
    try {
      const authInfo = await this.#access.verify(incoming, { method: request.method, url }, now);
      entry.sub = String(authInfo.extra?.sub);
      requireScope(entry.tool, authInfo.scopes);
      entry.era = await this.#notebook.eraOf(request, body);
      return await this.#notebook.fetch(request, authInfo, body, entry.era);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.code) entry.error = error.code;
      entry.errorDescription = error.message;
      return refuse(error, entry.scheme, this.#terms);
    }
  }

  /** RFC 9449 §8.2: a nonce may come with any reply; here, whenever the proof did not carry the current one. */
  #offerNonce(reply: Response, entry: ResourceServerEntry, now: number): void {
    if (!this.#nonces || entry.scheme !== 'DPoP' || !entry.proof) return;
    const nonce = this.#nonces.next(now);
    if (entry.proof.claims.nonce !== nonce) reply.headers.set('dpop-nonce', nonce);
  }
}

async function readJson(request: Request): Promise<unknown> {
  try {
    return await request.json();
  } catch {
    return undefined;
  }
}
