import { beforeEach, expect, test, vi } from 'vitest';
import { anOrigin } from '../../model/brands.fixture.ts';
import type { Origin } from '../../model/origin.ts';
import { createSiteChoice } from './site-choice.ts';

const fake = vi.hoisted(() => ({ permissions: {} }));
vi.mock('webextension-polyfill', () => ({ default: fake }));
vi.mock('../../content/relay.iife.ts?script&iife', () => ({ default: 'relay.js' }));
vi.mock('../../page/wrapper.iife.ts?script&iife', () => ({ default: 'wrapper.js' }));
vi.mock('../../page/tokens-wrapper.iife.ts?script&iife', () => ({ default: 'tokens-wrapper.js' }));

const SITE = anOrigin('https://agent.example');
const NEIGHBOUR = anOrigin('https://agent.example:8443');
const ELSEWHERE = anOrigin('https://other.example');

const contains = vi.fn(async () => false);
beforeEach(() => Object.assign(fake, { permissions: { contains } }));

function createChoice() {
  const done: string[] = [];
  const sites = new Set([SITE, NEIGHBOUR, ELSEWHERE]);
  const note = (what: string) => async (site: Origin) => void done.push(`${what} ${site}`);
  const choice = createSiteChoice({
    protection: {
      protect: note('protect'),
      unprotect: async (site) => {
        sites.delete(site);
        done.push(`unprotect ${site}`);
      },
      list: async () => [...sites],
    },
    consent: {
      asksChrome: (isAnswer) => void done.push(`Chrome asks, ${isAnswer ? '' : 'not '}for a question`),
      forgive: note('forgive'),
    },
    rules: { clear: note('clear the rules of') },
    clearBadge: note('clear the badge of'),
    armAgain: note('arm'),
  });
  return { choice, done };
}

test('a site that is not protected any more takes no rule of its neighbours on the same host with it', async () => {
  const { choice, done } = createChoice();
  await choice.unprotect(SITE);
  expect(done).toEqual([
    `clear the badge of ${SITE}`,
    `unprotect ${SITE}`,
    `clear the rules of ${SITE}`,
    `arm ${NEIGHBOUR}`,
  ]);
});

test('whoever protects a site is asked by Chrome once, and may be asked again for what was declined', async () => {
  const { choice, done } = createChoice();
  await choice.protect(SITE);
  contains.mockResolvedValueOnce(true);
  await choice.protect(SITE);
  const protecting = [`forgive ${SITE}`, `protect ${SITE}`];
  expect(done).toEqual(['Chrome asks, not for a question', ...protecting, ...protecting]);
});
