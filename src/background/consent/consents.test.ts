import { beforeEach, expect, test, vi } from 'vitest';
import { anOrigin } from '../../model/brands.fixture.ts';
import { createArea } from '../browser/browser.fixture.ts';
import { createConsents } from './consents.ts';

const fake = vi.hoisted(() => ({ storage: {} }));
vi.mock('webextension-polyfill', () => ({ default: fake }));

const AGENT = anOrigin('https://agent.example');
const [A, B, C] = [anOrigin('https://a.example'), anOrigin('https://b.example'), anOrigin('https://c.example')];

let local: ReturnType<typeof createArea>;
beforeEach(() => {
  local = createArea();
  fake.storage = { local };
});

test('what is allowed and taken back at once is all kept', async () => {
  const changed = vi.fn();
  const consents = createConsents({ sessions: { list: async () => [] }, changed });
  await Promise.all([consents.give(AGENT, [A]), consents.give(AGENT, [B]), consents.give(AGENT, [C])]);
  await Promise.all([consents.takeBack(AGENT, [A]), consents.takeBack(AGENT, [B])]);
  expect(await consents.view()).toEqual({ [AGENT]: [C] });
  expect(local.kept.consents).toEqual({ [AGENT]: [C] });
  changed.mockClear();
  await consents.takeBack(AGENT, [A]);
  expect(changed).not.toHaveBeenCalled();
});
