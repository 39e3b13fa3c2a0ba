import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { InspectedRequest } from '../../messages/inspection.ts';
import { createEvent } from '../browser/browser.fixture.ts';
import { createInspector } from './inspector.ts';

const fake = vi.hoisted(() => ({ webRequest: {} }));
vi.mock('webextension-polyfill', () => ({ default: fake }));

const RESOURCE = 'https://mcp.example/mcp';
const EVENTS = ['onBeforeRequest', 'onSendHeaders', 'onHeadersReceived', 'onCompleted', 'onErrorOccurred'] as const;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a panel is told of a request and its preflight without their mark', async () => {
  const events = Object.fromEntries(EVENTS.map((name) => [name, createEvent()]));
  Object.assign(fake, { webRequest: events });
  const told: InspectedRequest[] = [];
  const asked: string[] = [];
  const inspector = createInspector({
    proofOf: () => undefined,
    bearerOf: ({ url }) => void asked.push(url),
    thumbprintOf: async () => undefined,
    tell: (_, requests) => void told.push(...requests),
    failed: (error) => {
      throw error;
    },
  });
  inspector.watch([RESOURCE]);
  inspector.inspect(new Set([1]));
  const details = {
    ...{ requestId: '1', tabId: 1, method: 'POST', url: `${RESOURCE}?a#hf-mark`, timeStamp: 0 },
    initiator: 'https://agent.example',
  };
  const preflight = { ...details, requestId: '2', method: 'OPTIONS', requestHeaders: [] };
  await events.onBeforeRequest?.happen(details);
  await events.onSendHeaders?.happen(preflight);
  await events.onHeadersReceived?.happen({ ...preflight, statusCode: 403, responseHeaders: [] });
  await events.onSendHeaders?.happen({ ...details, requestHeaders: [] });
  await events.onErrorOccurred?.happen({ ...details, error: 'net::ERR_FAILED' });
  await vi.runAllTimersAsync();
  expect(told.at(-1)).toMatchObject({ url: `${RESOURCE}?a`, failure: 'net::ERR_FAILED' });
  expect(told.at(-1)?.cors?.length).toBeGreaterThan(0);
  expect(asked).toEqual([`${RESOURCE}?a`]);
  expect(JSON.stringify(told)).not.toContain('hf-mark');
});
