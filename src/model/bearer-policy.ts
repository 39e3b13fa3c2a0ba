/** What becomes of a plain bearer token of an MCP sign-in, the least strict first. */
export const BEARER_POLICIES = [
  /** The page gets it, as without Holdfast. */
  'expose',
  /** Holdfast keeps it, and the page gets a handle. */
  'hold',
  /** It is discarded, and the page gets an OAuth error. */
  'refuse',
] as const;
export type BearerPolicy = (typeof BEARER_POLICIES)[number];

export const BEARER_DEFAULT: BearerPolicy = 'hold';

/** How strict it is: a greater number is stricter. */
export const strictnessOf = (bearer: BearerPolicy): number => BEARER_POLICIES.indexOf(bearer);
