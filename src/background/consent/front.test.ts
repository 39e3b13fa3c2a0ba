import { beforeEach, expect, test, vi } from 'vitest';
import { anOrigin } from '../../model/brands.fixture.ts';
import { createEvent } from '../browser/browser.fixture.ts';
import { createChanges } from '../changes.ts';
import { createFront } from './front.ts';

const fake = vi.hoisted(() => ({ tabs: {}, windows: {} }));
vi.mock('webextension-polyfill', () => ({ default: fake }));

const AGENT = anOrigin('https://agent.example');
const OTHER = anOrigin('https://other.example');

/** The tab in front; Chrome tells no address of a site that Holdfast may not reach. */
let tab: { readonly id: number; readonly url?: string } | undefined;
const [onActivated, onFocusChanged] = [createEvent(), createEvent()];
beforeEach(() => {
  const query = async ({ active, lastFocusedWindow }: { active?: boolean; lastFocusedWindow?: boolean }) =>
    active && lastFocusedWindow && tab ? [tab] : [];
  Object.assign(fake, { tabs: { query, onActivated }, windows: { onFocusChanged } });
});

test('an agent is in front where its site is, and no other is', async () => {
  const front = createFront(createChanges());
  tab = { id: 1, url: `${AGENT}/notes?x#y` };
  expect(await front.has(AGENT)).toBe(true);
  expect(await front.has(OTHER)).toBe(false);
  tab = undefined;
  expect(await front.has(AGENT)).toBe(false);
});

test('an agent in a frame of another page is in front with that page, as long as it stands there', async () => {
  const changes = createChanges();
  const front = createFront(changes);
  await changes.carryOut('arrived', AGENT, 1);
  tab = { id: 1 };
  expect(await front.has(AGENT)).toBe(true);
  tab = { id: 2 };
  expect(await front.has(AGENT)).toBe(false);
  tab = { id: 1 };
  await changes.carryOut('tabLeft', 1);
  expect(await front.has(AGENT)).toBe(false);
});

test('another tab and another window are both told of', async () => {
  const changed = vi.fn();
  createFront(createChanges()).onChange(changed);
  await onActivated.happen();
  await onFocusChanged.happen();
  expect(changed).toHaveBeenCalledTimes(2);
});
