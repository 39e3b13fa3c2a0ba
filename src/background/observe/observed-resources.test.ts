import { beforeEach, expect, test, vi } from 'vitest';
import { anOrigin, aSessionId } from '../../model/brands.fixture.ts';
import type { Session } from '../../model/session.ts';
import { createObservedResources } from './observed-resources.ts';

const SERVER = 'https://mcp.example';

const granted = new Set<string>();
const changed = vi.fn();
let observed: ReturnType<typeof createObservedResources>;
beforeEach(() => {
  granted.clear();
  changed.mockClear();
  observed = createObservedResources({
    isGranted: async (origin) => granted.has(origin),
    changed,
    failed: (error) => {
      throw error;
    },
  });
});

const session = (state: 'exposed' | 'expired', resource = `${SERVER}/mcp`) =>
  ({ id: aSessionId(resource), agent: anOrigin('https://agent.example'), resource, state }) as Session;
const add = (given: Session) => observed.set(given.id, given);

test('what was bound is watched at once, and as long as it is listed', () => {
  const bound = session('expired');
  add(bound);
  expect(observed.resources()).toEqual([bound.resource]);
  expect(observed.servers()).toEqual([SERVER]);
  observed.set(bound.id, undefined);
  expect(observed.resources()).toEqual([]);
  expect(observed.servers()).toEqual([]);
});

test('what a page names without end is not watched: nothing of it can be seen', async () => {
  for (let number = 0; number < 100; number += 1) add(session('exposed', `https://server-${number}.example/`));
  await Promise.resolve();
  expect(observed.resources()).toEqual([]);
  expect(observed.servers()).toEqual([]);
  expect(changed).not.toHaveBeenCalled();
});

test('an exposed session is watched where Chrome lets Holdfast see it, also when that comes later', async () => {
  add(session('exposed'));
  await Promise.resolve();
  granted.add(SERVER);
  observed.lookAgain();
  await vi.waitFor(() => expect(changed).toHaveBeenCalled());
  expect(observed.resources()).toEqual([`${SERVER}/mcp`]);
});
