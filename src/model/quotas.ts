/**
 * Every bound of what a page, a server or an agent can fill. ARCHITECTURE.md has its numbers from here (`npm run numbers`).
 */

// Of one agent.

/** Maximum sessions, bound or ended: an agent with a server of its own could create them without limit */
export const MOST_SESSIONS = 1_000;
/** Maximum unbound sessions listed: a page makes them without a server */
export const MOST_UNBOUND = 64;
/** Maximum keys that a person gave to Holdfast for it */
export const MOST_GIVEN = 64;
/** Maximum armed servers, not counting those of its sessions: each has a key */
export const MOST_ARMED = 32;
/** Maximum authorization servers whose metadata is kept; the one that was read longest ago is forgotten */
export const MOST_KNOWN_SERVERS = 64;
/** Maximum sign-ins under way */
export const MOST_PENDING = 64;
/** Maximum resources, and maximum clients, by which its sign-ins at one server are known */
export const MOST_SIGN_INS = 8;
/** Maximum token endpoints without DPoP, and maximum ones whose metadata name another issuer, that are remembered */
export const MOST_PLAIN = 32;
/** Maximum origins at which it is remembered to have looked for a resource’s metadata */
export const MOST_LOOKED = 16;
/** Maximum open questions */
export const MOST_QUESTIONS = 4;
/** Maximum servers that are remembered as not allowed; after as many that were declined it is asked about no more */
export const MOST_REFUSED = 32;
/** Maximum servers that the person has allowed to it; the one that was allowed longest ago is forgotten */
export const MOST_CONSENTS = 256;
/** How many questions in a row may end without a yes before the next are brought up after pauses only */
export const PATIENT_QUESTIONS = 2;
/** Maximum addresses at which tokens stand: for one tab, and for all tabs. Chrome has room for 5,000 rules */
export const MOST_SLOTS = { tab: 32, agent: 128 } as const;
/** Rights to a token without a proof that are made at once, for calls that follow each other at once */
export const RIGHTS_AHEAD = 16;
/** Maximum proofs that are remembered after they were made */
export const MOST_PROOFS = 500;
/** Maximum requests of its pages that are worked on at once, and that wait; Holdfast does nothing for those above */
export const MOST_ASKED = { atOnce: 64, waiting: 4_096 } as const;
/** Maximum requests of the background's own that are answered at once by one server for it, and that wait */
export const MOST_SENT = { atOnce: 2, waiting: 128 } as const;
/** Maximum resources of which it is known that one document read their metadata */
export const MOST_RESOURCES_READ = 16;
/** Maximum resources for which it is let hold its tokens; the one that was let longest ago is kept again */
export const MOST_HANDED_OVER = 12;
/** The longest of them, in characters: Chrome syncs no policy above 8 kB */
export const LONGEST_HANDED_OVER = 512;

// Of one session.

/** Maximum addresses that it reaches beside its resource */
export const MOST_REACH = 8;
/** Maximum further addresses that the person lets it be used at; after as many that were declined it is asked about no more */
export const MOST_FURTHER = 8;
/** The longest further address that a person is asked about, in characters: it is read before it is allowed */
export const LONGEST_FURTHER = 256;
/** Maximum other places to which its agent is seen to pass its handles on */
export const MOST_PASSED_ON = 8;
/** Maximum refreshes */
export const REFRESHES = { most: 20, withinMs: 60_000 } as const;
/** Refusals that hold its requests back, and for how long */
export const REQUEST_BREAKER = { refusals: 10, withinMs: 10_000, openMs: 30_000 } as const;
/** Minutes whose proofs are counted */
export const RECENT_MINUTES = 30;
/** Sign-ins of no use that hold the next back, and for how long */
export const SIGN_IN_BREAKER = { signIns: 6, withinMs: 60_000, openMs: 30_000 } as const;

// Of all together.

/** Maximum lines of the activity log; above it, the oldest lines of the agent with most are deleted */
export const KEPT_LINES = 10_000;
/** Maximum servers whose nonces and clocks are remembered */
export const MOST_SERVERS = 512;
/** Maximum resources that are remembered with how they take tokens */
export const MOST_SCHEMES = 512;
/** Maximum origins whose permissions are remembered; Chrome tells them again */
export const MOST_GRANTED_KNOWN = 512;
/** Maximum tabs of which it is remembered whose pages are in them, for the questions */
export const MOST_TABS = 512;
/** Maximum resources, and sessions, that are remembered as not to be asked again for a while */
export const MOST_RESTING = 256;
/** Maximum sessions whose refreshes are counted */
export const MOST_COUNTED = 1_024;
/** Maximum sites that an organization has protected for everybody */
export const MOST_PROTECTED = 256;
/** Maximum errors that are kept for the developers */
export const MOST_ERRORS = 50;
/** Maximum errors of its own that one view tells of */
export const MOST_REPORTED = 5;

/** How much is looked at of a page whose script’s reach is asked about: characters, those of one item, and requests */
export const MOST_READ = { characters: 4_000_000, item: 200_000, requests: 2_000 } as const;
/** How many tokens and servers are counted of such a page, and how many servers are shown */
export const MOST_SEEN = { tokens: 999, servers: 64, shown: 4 } as const;

// Of one message, in characters (UTF-16 code units).

/** The longest URL that is read */
export const LONGEST_URL = 8_192;
/** The longest header value that is read */
export const LONGEST_HEADER = 8_192;
/** The longest name of a header field, of a scheme, or of a given key */
export const LONGEST_NAME = 64;
/** The longest form that is read */
export const LONGEST_BODY = 65_536;
/** The largest reply that the background reads, in bytes */
export const LARGEST_REPLY = 512 * 1_024;
/** How much is read of what the drill was served, in bytes */
export const LARGEST_SERVED = 64 * 1_024;
/** Maximum handles of one request that is passed on */
export const MOST_HANDLES = 8;
