import { expect, test } from 'vitest';
import {
  AHEAD_MS,
  BEARER_BELIEVED_MS,
  KEEP_AWAKE_MS,
  METADATA_FRESH_MS,
  OBSERVED_MS,
  PRESENTATION_MS,
  PROOF_OUT_MS,
  QUESTION_FOLLOWS_MS,
  QUESTION_LONGEST_REST_MS,
  QUESTION_MS,
  QUESTION_REST_MS,
  QUESTION_SHORTEST_MS,
  RIGHT_AHEAD_MS,
  RIGHT_BACK_MS,
  RIGHT_OUT_MS,
  SIGN_IN_EXPECTED_MS,
  SIGN_IN_MS,
  TOKEN_REPLY_MS,
  UNLOCK_MS,
  WARM_MS,
} from './lifetimes.ts';

/** The official SDKs give up on a request after this long. */
const SDK_MS = 60_000;
/** Chrome ends a worker that nothing happens to after this long. */
const IDLE_MS = 30_000;

/** The longest that a rule with a held token is to stand for one call on an idle machine. */
const STANDING_MS = 50;

const rising = (...times: number[]) => expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));

test('what a proof made ahead needs outlives it: its way to the wire, the token beside it, and that it is remembered', () => {
  rising(AHEAD_MS, PROOF_OUT_MS, PRESENTATION_MS, WARM_MS);
});

test('a proof that is used at its last moment still finds the token, as long as its request takes to leave', () => {
  expect(PRESENTATION_MS - AHEAD_MS).toBeGreaterThanOrEqual(2 * OBSERVED_MS);
});

test('rights that are made ahead are asked back once they are of no use, and their rule is gone before long', () => {
  rising(RIGHT_AHEAD_MS, RIGHT_BACK_MS, STANDING_MS, RIGHT_OUT_MS, PROOF_OUT_MS);
});

test('no agent waits longer for a person than it would wait for its server', () => {
  rising(QUESTION_SHORTEST_MS, QUESTION_FOLLOWS_MS, QUESTION_MS, UNLOCK_MS, SDK_MS);
  expect(QUESTION_FOLLOWS_MS + QUESTION_SHORTEST_MS).toBeLessThan(QUESTION_MS);
});

test('a question that nobody answered rests until the sign-in that it was for is over', () => {
  rising(QUESTION_MS, QUESTION_REST_MS, QUESTION_LONGEST_REST_MS);
});

test('a request that waits keeps the worker awake', () => {
  rising(KEEP_AWAKE_MS, IDLE_MS);
});

test('a sign-in that is expected finds its server known, and what is learnt of a resource outlives both', () => {
  rising(TOKEN_REPLY_MS, METADATA_FRESH_MS, SIGN_IN_EXPECTED_MS, BEARER_BELIEVED_MS, SIGN_IN_MS);
});
