/**
 * Every time that Holdfast waits, keeps or allows, in milliseconds. `lifetimes.test.ts` proves the orders that guards rest
 * on; ARCHITECTURE.md has its numbers from here (`npm run numbers`).
 */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
export const DAY_MS = 24 * HOUR;

// A proof that is made ahead: each of these outlives the one before it.

/** How long after it was made a wrapper uses a proof that was made ahead */
export const AHEAD_MS = 2_500;
/** How long a proof may be on its way to the wire before it counts as lost */
export const PROOF_OUT_MS = AHEAD_MS + 500;
/** How long a rule presents a token after the last proof that was made for it */
export const PRESENTATION_MS = PROOF_OUT_MS + 500;
/** How long it stands after every proof that was made for it has left: the next that is made ahead is on its way */
export const LEFT_MS = 250;
/** How long the preflight of a request is still answered for after the token was withdrawn: it comes late, and is made once more */
export const LATE_MS = 5 * SECOND;
/** How long a wrapper remembers that a token may be presented at an address, and makes proofs ahead for it */
export const WARM_MS = 10_000;

// Rights to a token without a proof, made ahead for calls that follow each other at once: each that is used lengthens the time of the others.

/** How long a wrapper uses such rights, from when they were asked for, or from when the last request that was answered began */
export const RIGHT_AHEAD_MS = 20;
/** How long after that moment the background asks for those that were not used: their rule goes with the answer */
export const RIGHT_BACK_MS = RIGHT_AHEAD_MS + 2;
/** How long they are out at most, where a page does not answer */
export const RIGHT_OUT_MS = 100;

// An agent that waits for a person: the official SDKs give up after sixty seconds.

/** How long an agent waits for a person to allow servers */
export const QUESTION_MS = 45 * SECOND;
/** How soon after a yes a further question of the same sign-in shares its time */
export const QUESTION_FOLLOWS_MS = 12 * SECOND;
/** How long the person has for such a further question at least */
export const QUESTION_SHORTEST_MS = 10 * SECOND;
/** How long an agent waits for the vault to be unlocked */
export const UNLOCK_MS = 50 * SECOND;
/** How long the same question is not put again after nobody answered it; doubled with each that follows */
export const QUESTION_REST_MS = MINUTE;
/** The longest pause between the questions of an agent that are brought up */
export const QUESTION_LONGEST_REST_MS = HOUR;
/** How long a yes to Chrome’s dialog is the answer to the click that led to it: Chrome tells nobody of a no */
export const CHROME_ANSWER_MS = 120_000;

// The network.

/** How long metadata is waited for */
export const METADATA_MS = 10 * SECOND;
/** How long a token endpoint's reply is waited for */
export const TOKEN_REPLY_MS = 30 * SECOND;
/** How long another agent's request to the same URL waits at most for one of the background's own to leave */
export const LEAVING_MS = 5 * SECOND;
/** How long an answer to the drill is waited for */
export const PROBE_MS = 10 * SECOND;
/** How long the body of what the drill was served is read: it may be a stream without end */
export const SERVED_MS = SECOND;
/** How long the first event of a stream is waited for */
export const STREAM_MS = 3 * SECOND;
/** How long a sign-in waits for a look at its server's clock, and at resources that its page has read of before */
export const LOOK_MS = 2 * SECOND;
/** How long a retry waits for the network's word on the request that was refused */
export const OBSERVED_MS = 500;
/** How often a page's relay keeps the background awake while a request waits; Chrome ends it after thirty seconds */
export const KEEP_AWAKE_MS = 20 * SECOND;

// What was learnt.

/** How long the answer to a refresh is also that to tabs whose requests had left with the old token */
export const REFRESH_SHARED_MS = 5 * SECOND;
/** How long validated metadata counts as current */
export const METADATA_FRESH_MS = 5 * MINUTE;
/** How soon after its discovery a sign-in is expected */
export const SIGN_IN_EXPECTED_MS = 10 * MINUTE;
/** How long the page of an authorization server counts as that of the sign-in that has left for it */
export const SIGNING_IN_MS = 10 * MINUTE;
/** How long a sign-in may take */
export const SIGN_IN_MS = DAY_MS;
/** How long it is believed that a resource takes bearer tokens, before a proof is tried again */
export const BEARER_BELIEVED_MS = HOUR;
/** How long a remark on the same thing is not repeated in the activity log */
export const REMARK_REST_MS = HOUR;
/** How long a resource's metadata, and a stream that named no address, are not asked again */
export const RESOURCE_REST_MS = MINUTE;
