import { expect, test } from 'vitest';
import { anOrigin, aSessionId } from '../../model/brands.fixture.ts';
import { MOST_SLOTS } from '../../model/quotas.ts';
import { createMarks } from './marks.ts';
import { slotOf } from './presentation-slot.ts';

const [AGENT, OTHER] = [anOrigin('https://agent.example'), anOrigin('https://other.test')];
const MCP = 'https://mcp.example/mcp';
const one = { id: aSessionId('one'), agent: AGENT };

/** Marks of a worker that has just started. */
function newMarks() {
  const marks = createMarks(() => crypto.randomUUID().repeat(2));
  const of = (session: typeof one, url = MCP, tab = 1) => marks.of(slotOf({ tab, agent: session.agent }, url), session);
  return { ...marks, of };
}

test('a mark is that of one session, tab and address alone, and stays so', () => {
  const { of } = newMarks();
  const mark = of(one);
  expect(of(one, `${MCP}?query`)).toBe(mark);
  const others = [
    of({ ...one, id: aSessionId('other') }),
    of({ ...one, agent: OTHER }),
    of(one, `${MCP}/other`),
    of(one, MCP, 2),
    newMarks().of(one),
  ];
  expect(new Set([mark, ...others]).size).toBe(6);
});

test('an agent that uses many addresses makes the worker forget its own marks alone', () => {
  const { of } = newMarks();
  const theirs = of({ id: aSessionId('theirs'), agent: OTHER });
  const [first] = Array.from({ length: MOST_SLOTS.agent + 1 }, (_, index) => of(one, `${MCP}/${index}`));
  expect(of({ id: aSessionId('theirs'), agent: OTHER })).toBe(theirs);
  expect(of(one, `${MCP}/${MOST_SLOTS.agent}`)).toBe(of(one, `${MCP}/${MOST_SLOTS.agent}`));
  expect(of(one, `${MCP}/0`)).not.toBe(first);
});
