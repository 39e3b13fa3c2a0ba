import type { ProofView } from '../model/proof-view.ts';
import type { CorsFault } from '../protocol/http/cors.ts';

/** Whether a part of a proof says what the request was. Undefined where it could not be compared. */
export interface ProofChecks {
  /** Signed by the key in its header (RFC 9449 §4.3, checks 5 and 6). */
  readonly signature: boolean;
  readonly htm: boolean;
  readonly htu: boolean;
  /** The hash of the token that left with it. */
  readonly ath: boolean;
  /** The key is the session's; undefined for a proof of the page's own. */
  readonly key?: boolean | undefined;
}

/** One challenge of the answer's `WWW-Authenticate` (RFC 9110 §11.6.1). */
export interface ChallengeView {
  readonly scheme: string;
  readonly error?: string | undefined;
  /** The server's own words, limited. */
  readonly description?: string | undefined;
}

/**
 * What a request presented: a bound token with a proof of Holdfast's or of the page's own, a token that Holdfast keeps as a
 * bearer token, a given key, a token of the page's, or nothing; or it is one of the drill's, forged or not.
 */
export type Presents = 'bound' | 'held' | 'given' | 'ownKey' | 'bearer' | 'unproved' | 'drill' | 'nothing';

/**
 * One request of the inspected page, or of the drill, to a resource of one of its sessions, as the network saw it. It holds no token and no
 * signature. Times are milliseconds since the epoch, with fractions; lengths of time are milliseconds.
 */
export interface InspectedRequest {
  /** The browser's own number for it. */
  readonly id: string;
  readonly at: number;
  readonly method: string;
  readonly url: string;
  /** Of the body, or of `Mcp-Method` and `Mcp-Name`: the JSON-RPC method, and the tool, prompt or resource that it names. */
  readonly rpc?: { readonly method: string; readonly name?: string | undefined } | undefined;
  /** Messages in the body, where it is a batch. */
  readonly batch?: number | undefined;
  readonly mcp: { readonly sessionId?: string | undefined; readonly protocolVersion?: string | undefined };
  readonly presents: Presents;
  /** Where a given key stood in it. */
  readonly field?: { readonly header: string; readonly scheme: string } | undefined;
  /** The session whose token left. */
  readonly session?: string | undefined;
  readonly proof?: ProofView | undefined;
  readonly checks?: ProofChecks | undefined;
  /** Whether it is the one repetition of a request that was refused. */
  readonly isRetry: boolean;
  /** How long Holdfast took to make the proof, and how long before the request that was done. */
  readonly made?: { readonly took: number; readonly ahead: number } | undefined;
  readonly answer?:
    | {
        readonly at: number;
        readonly status: number;
        /** A `DPoP-Nonce` came: the same as the one that was sent, or another. */
        readonly nonce?: 'same' | 'new' | undefined;
        readonly challenges: readonly ChallengeView[];
      }
    | undefined;
  /** Why the page cannot read the answer, or all of it, or could not make the request. */
  readonly cors?: readonly CorsFault[] | undefined;
  /** When the answer's body had come, or the request was broken off. */
  readonly endedAt?: number | undefined;
  /** The network's word for why there is no answer, such as `net::ERR_ABORTED`. */
  readonly failure?: string | undefined;
}
