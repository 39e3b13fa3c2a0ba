import * as v from 'valibot';
import { type Handle, isAccessHandle, isGivenHandle, isRefreshHandle } from '../model/handle.ts';
import { LONGEST_BODY, LONGEST_HEADER, LONGEST_NAME, LONGEST_URL, MOST_HANDLES } from '../model/quotas.ts';
import { FORWARDED } from '../protocol/oauth/token-request.ts';

/**
 * What a page's wrapper may ask of the background. Whatever stands here, hostile script may say too: the caller's origin,
 * tab and frame are never in a message, they come from `port.sender`.
 */
export type PageRequest = v.InferOutput<typeof PageRequest>;

const Url = v.pipe(v.string(), v.maxLength(LONGEST_URL), v.url());
const Short = v.pipe(v.string(), v.maxLength(1024));
const Form = v.pipe(v.string(), v.maxLength(LONGEST_BODY));
const AnyHandle = v.custom<Handle>(
  (value) => typeof value === 'string' && (isAccessHandle(value) || isRefreshHandle(value) || isGivenHandle(value)),
);
const Challenge = v.pipe(v.string(), v.maxLength(LONGEST_HEADER));
/** Of a form's headers, those that are read. The others may be as many and as long as they like. */
const HeaderList = v.pipe(
  v.array(v.tuple([v.string(), v.string()])),
  v.transform((list) => list.filter(([name]) => FORWARDED.has(name.toLowerCase()) || /^dpop$/i.test(name))),
  v.array(v.tuple([v.string(), v.pipe(v.string(), v.maxLength(LONGEST_HEADER))])),
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
  /** A POST, urlencoded or as JSON, that may be for a token, revocation, introspection or PAR endpoint. */
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
  /** The page sends handles where no proof is asked for. It is a report of the page's: shown, where it is of that page's session. */
  v.object({
    kind: v.literal('passedOn'),
    url: Url,
    handles: v.pipe(v.array(AnyHandle), v.maxLength(MOST_HANDLES)),
  }),
  /** An MCP request of the page has a key or a token of its own, which is not in the message. */
  v.object({ kind: v.literal('typed'), url: Url }),
  /** Proofs that were made ahead and that the page gave back unused. */
  v.object({ kind: v.literal('dropped'), jtis: v.pipe(v.array(Short), v.maxLength(64)) }),
  /** A proof for one request, or for its one retry. */
  v.object({
    kind: v.literal('prove'),
    /** What the page presents: a handle, or the real token where Holdfast has no custody. */
    token: v.pipe(v.string(), v.maxLength(LONGEST_HEADER), v.regex(/^[\w.~+/-]+=*$/)),
    method: v.pipe(v.string(), v.regex(/^[\w!#$%&'*+.^`|~-]{1,32}$/)),
    url: Url,
    /** The header field that it stands in, in small letters. Default: `authorization`. */
    header: v.optional(v.pipe(v.string(), v.maxLength(LONGEST_NAME))),
    /** It is an MCP request: it takes an event stream for an answer. */
    mcp: v.optional(v.boolean()),
    /** No request waits for it: the page may make one next. */
    ahead: v.optional(v.boolean()),
    /** Requests like it follow each other at once. */
    often: v.optional(v.boolean()),
    refused: v.optional(v.object({ jti: Short, nonce: v.optional(Short), challenge: v.optional(Challenge) })),
  }),
  /** The page makes a request of its own, without a handle, where a token may still be presented: it must not be. */
  v.object({ kind: v.literal('aside'), url: Url }),
  /** A worker of the page runs as the site made it: Holdfast does not reach what it does. */
  v.object({ kind: v.literal('unreached') }),
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

/** Send the request with this proof; with none where it is empty, because the resource takes bearer tokens: then with its mark, if there is one. */
export interface Proof {
  readonly kind: 'proof';
  readonly proof: string;
  readonly jti: string;
  /** The fragment that the request's URL has to have. */
  readonly mark?: string;
  readonly nonce?: string;
  readonly ahead?: boolean;
  /** What further requests like it have in the place of its `jti`, where they follow at once. */
  readonly more?: readonly string[];
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
  readonly typed: Pass;
  readonly dropped: Pass;
  readonly passedOn: Pass;
  readonly aside: Pass;
  readonly unreached: Pass;
  readonly form: Pass | PassAndReport | Answer;
  readonly prove: Pass | Relabel | Proof | Answer;
  readonly challenge: Pass | Relabel;
}

type Kind = PageRequest['kind'];

/** Any request may be answered as `unanswered.ts` says, where Holdfast can do nothing for it. */
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
