import { expect, test, vi } from 'vitest';
import { anOrigin } from '../../model/brands.fixture.ts';
import { createEvent } from '../browser/browser.fixture.ts';
import { createChanges } from '../changes.ts';
import { createObservers } from './observers.ts';

const fake = vi.hoisted(() => ({
  ...{ webRequest: {}, permissions: {} },
  tabs: {
    async get(tab: number) {
      if (tab !== 1) throw new Error(`No tab with id: ${tab}.`);
      return { url: 'https://agent.example/page' };
    },
  },
}));
vi.mock('webextension-polyfill', () => ({ default: fake }));

const AGENT = 'https://agent.example';

test('of navigations, those of protected pages are heard of, their sandboxed frames’ too, and no neighbours’', async () => {
  const onSendHeaders = createEvent();
  Object.assign(fake, { webRequest: { onSendHeaders }, permissions: { onAdded: createEvent() } });
  const changes = createChanges();
  const navigated: string[] = [];
  changes.on('navigated', (agent, url, method) => void navigated.push(`${agent} ${method} ${url}`));
  createObservers({
    changes,
    cookieSessions: {},
    proofLog: {},
    protection: { isProtected: async (origin: string) => origin === AGENT },
  } as unknown as Parameters<typeof createObservers>[0]);
  const navigation = { tabId: 1, type: 'main_frame', url: 'https://as.example/authorize', method: 'GET' };
  for (const initiator of [`${AGENT}:8443`, 'https://sub.agent.example', 'null', undefined, AGENT]) {
    await onSendHeaders.happen({ ...navigation, initiator });
  }
  for (const tabId of [2, 1]) {
    await onSendHeaders.happen({ ...navigation, initiator: 'null', type: 'sub_frame', method: 'POST', tabId });
  }
  await vi.waitFor(() =>
    expect(navigated).toEqual([
      `${anOrigin(AGENT)} GET https://as.example/authorize`,
      `${anOrigin(AGENT)} POST https://as.example/authorize`,
    ]),
  );
});
