import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { anOrigin } from '../../model/brands.fixture.ts';
import type { Origin } from '../../model/origin.ts';
import { createQuestion } from './question.ts';

const AGENT = anOrigin('https://agent.example');
const OTHER = anOrigin('https://other.example');
/** The official SDKs give a request up after this time, in milliseconds. */
const SDK_TIMEOUT = 60_000;

let shown: Origin[];
let question: ReturnType<typeof createQuestion>;
beforeEach(() => {
  vi.useFakeTimers();
  shown = [];
  question = createQuestion(
    (agent) => void shown.push(agent),
    () => undefined,
  );
});
afterEach(() => void vi.useRealTimers());

test('the requests of an agent wait for one question together', async () => {
  const answers = [question.ask(AGENT), question.ask(AGENT)];
  expect(shown).toEqual([AGENT]);
  expect(question.agents()).toEqual([AGENT]);
  question.unlocked();
  expect(await Promise.all(answers)).toEqual([true, true]);
  expect(question.agents()).toEqual([]);
});

test('an unanswered question fails before the agent’s own patience ends', async () => {
  const answer = question.ask(AGENT);
  await vi.advanceTimersByTimeAsync(SDK_TIMEOUT - 1_000);
  expect(await answer).toBe(false);
});

test('a request that comes late waits no longer than the question stands', async () => {
  void question.ask(AGENT);
  await vi.advanceTimersByTimeAsync(30_000);
  const late = question.ask(AGENT);
  await vi.advanceTimersByTimeAsync(25_000);
  expect(await late).toBe(false);
});

test('a refused agent is not asked about again, until its page is loaded again', async () => {
  const first = question.ask(AGENT);
  question.stayLocked(AGENT);
  expect(await first).toBe(false);
  expect(await question.ask(AGENT)).toBe(false);
  expect(shown).toEqual([AGENT]);

  question.arrived(AGENT);
  void question.ask(AGENT);
  expect(shown).toEqual([AGENT, AGENT]);
});

test('a refused agent is asked about again after the vault was unlocked and locked', async () => {
  void question.ask(AGENT);
  question.stayLocked(AGENT);
  question.unlocked();
  void question.ask(AGENT);
  expect(shown).toEqual([AGENT, AGENT]);
});

test('“Not now” for one agent leaves the other waiting', async () => {
  void question.ask(AGENT);
  const other = question.ask(OTHER);
  question.stayLocked(AGENT);
  expect(question.agents()).toEqual([OTHER]);
  question.unlocked();
  expect(await other).toBe(true);
});
