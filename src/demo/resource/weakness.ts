/** What a deliberately weak server does not look at, lets pass, or gives away: one for each attempt of the enforcement drill. */
export const WEAKNESSES = [
  'bearer',
  'noProof',
  'otherKey',
  'wrongMethod',
  'wrongUrl',
  'wrongToken',
  'noAth',
  'replayed',
  'stale',
  'future',
  'noNonce',
  'wrongNonce',
  'unsigned',
  'symmetric',
  'wrongType',
  'twoProofs',
  'expired',
  'repeatsToken',
] as const;

export type Weakness = (typeof WEAKNESSES)[number];

/** A server that has weaknesses; they may change while it runs. */
export type Weak = ReadonlySet<Weakness>;
