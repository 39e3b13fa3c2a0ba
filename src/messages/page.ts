import * as v from 'valibot';
import { LONGEST_BODY, LONGEST_HEADER, LONGEST_URL } from '../model/quotas.ts';

/**
 * What a page's wrapper may ask of the background. Whatever stands here, hostile script may say too: the caller's origin,
 * tab and frame are never in a message, they come from `port.sender`.
 */
export type PageRequest = v.InferOutput<typeof PageRequest>;

const Url = v.pipe(v.string(), v.maxLength(LONGEST_URL), v.url());
const Short = v.pipe(v.string(), v.maxLength(1024));
const Form = v.pipe(v.string(), v.maxLength(LONGEST_BODY));
const Challenge = v.pipe(v.string(), v.maxLength(LONGEST_HEADER));
const HeaderList = v.pipe(
  v.array(v.tuple([v.pipe(v.string(), v.maxLength(128)), v.pipe(v.string(), v.maxLength(LONGEST_HEADER))])),
  v.maxLength(64),
);

export const PageRequest = v.variant('kind', [
  /** The page is there. */
  v.object({ kind: v.literal('hello') }),
  /** The page read metadata of a protected resource (RFC 9728): a hint for which hosts to ask. */
  v.object({ kind: v.literal('resource'), url: Url }),
  /** The page read metadata of an authorization server (RFC 8414) and waits. What it saw in it is only a hint. */
  v.object({
    kind: v.literal('discover'),
    url: Url,
    dpop: v.boolean(),
    tokenEndpoint: v.fallback(v.optional(Url), undefined),
  }),
  /** An urlencoded POST that may be for a token, revocation, introspection or PAR endpoint. */
  v.object({
    kind: v.literal('form'),
    url: Url,
    headers: HeaderList,
    body: Form,
    /** The document's wrapper knows real tokens: it was loaded while its site's policy left them in the page. */
    readsTokens: v.optional(v.boolean()),
  }),
  /** The page got a token for this form, by itself, of this `token_type`. The token is not in the message. */
  v.object({
    kind: v.literal('exposed'),
    url: Url,
    body: Form,
    type: v.fallback(v.optional(Short), undefined),
    scope: v.fallback(v.optional(Short), undefined),
    expiresIn: v.fallback(v.optional(v.number()), undefined),
  }),
  /** Proofs that were made ahead and that the page gave back unused. */
  v.object({ kind: v.literal('dropped'), jtis: v.pipe(v.array(Short), v.maxLength(64)) }),
  /** A proof for one request, or for its one retry. */
  v.object({
    kind: v.literal('prove'),
    /** What the page presents: a handle, or the real token where Holdfast has no custody. */
    token: v.pipe(v.string(), v.maxLength(LONGEST_HEADER), v.regex(/^[\w.~+/-]+=*$/)),
    method: v.pipe(v.string(), v.regex(/^[\w!#$%&'*+.^`|~-]{1,32}$/)),
    url: Url,
    /** It is an MCP request: it takes an event stream for an answer. */
    mcp: v.optional(v.boolean()),
    refused: v.optional(v.object({ jti: Short, nonce: v.optional(Short), challenge: v.optional(Challenge) })),
  }),
  /** The page makes a request of its own, without a handle, where a token may still be presented: it must not be. */
  v.object({ kind: v.literal('aside'), url: Url }),
  /** A refusal of a request without a token, to be read by a page that speaks Bearer. */
  v.object({ kind: v.literal('challenge'), challenge: Challenge }),
]);

/** Send the request as the page made it. */
export interface Pass {
  readonly kind: 'pass';
}

/** The same, and say so when a plain bearer token comes back. */
export interface PassAndReport {
  readonly kind: 'passAndReport';
}

/** The refusal reads like this. */
export interface Relabel {
  readonly kind: 'relabel';
  readonly challenge: string;
}

/** Send the request with this proof; with none where it is empty, because the resource takes bearer tokens. */
export interface Proof {
  readonly kind: 'proof';
  readonly proof: string;
  readonly jti: string;
  readonly nonce?: string;
  readonly ahead?: boolean;
}

/** Give the page this answer. */
export interface Answer {
  readonly kind: 'answer';
  readonly status: number;
  readonly body: string;
  readonly headers: readonly [string, string][];
}

/** Fail as `fetch` fails when a server cannot be reached. */
export interface Unreachable {
  readonly kind: 'unreachable';
}

/** The possible replies to each request. A report is answered when it was recorded. */
interface Replies {
  readonly hello: Pass;
  readonly resource: Pass;
  readonly discover: Pass;
  readonly exposed: Pass;
  readonly dropped: Pass;
  readonly aside: Pass;
  readonly form: Pass | PassAndReport | Answer;
  readonly prove: Pass | Relabel | Proof | Answer;
  readonly challenge: Pass | Relabel;
}

type Kind = PageRequest['kind'];

/** Any request may be answered by `unanswered`, where Holdfast can do nothing for it. */
export type ReplyTo<Asked extends Kind> = Replies[Asked] | Pass | Unreachable;
export type PageReply = ReplyTo<Kind>;

/** One request or reply on the channel between page, relay and background. */
export interface Envelope<Body> {
  readonly id: number;
  readonly body: Body;
}

/** From the background to the page, unasked: proofs that were made ahead must not be used. */
export interface Recall {
  readonly recall: true;
}
