import { beforeEach, expect, test, vi } from 'vitest';
import { createDeviceBoundWatch } from './device-bound.ts';

type Filter = { readonly urls: string[]; readonly types: string[] };

const fake = vi.hoisted(() => ({ webRequest: {} }));
vi.mock('webextension-polyfill', () => ({ default: fake }));

const listeners = new Map<(details: object) => void, Filter>();
beforeEach(() => {
  listeners.clear();
  const onHeadersReceived = {
    addListener: (listener: (details: object) => void, filter: Filter) => listeners.set(listener, filter),
    removeListener: (listener: (details: object) => void) => listeners.delete(listener),
  };
  Object.assign(fake.webRequest, { onHeadersReceived });
});

const typesAt = (origin: string) =>
  [...listeners.values()].flatMap(({ urls, types }) => (urls.includes(`${origin}/*`) ? types : []));

test('the calls of an MCP server are not looked at, its pages are; of a site and its authorization server all', async () => {
  const note = vi.fn(async () => undefined);
  const watch = createDeviceBoundWatch({ note }, (error) => {
    throw error;
  });
  watch.watch(['https://agent.example', 'https://as.example'], ['https://mcp.example']);
  expect(typesAt('https://mcp.example')).toEqual(['main_frame', 'sub_frame']);
  for (const origin of ['https://agent.example', 'https://as.example'])
    expect(typesAt(origin)).toEqual(['main_frame', 'sub_frame', 'xmlhttprequest']);

  const responseHeaders = [{ name: 'Secure-Session-Registration', value: '(ES256);path="/start";challenge="c"' }];
  for (const listener of listeners.keys())
    listener({ url: 'https://mcp.example/login', responseHeaders, timeStamp: 1 });
  expect(note).toHaveBeenCalledTimes(2);
  expect(note).toHaveBeenCalledWith(expect.objectContaining({ server: 'https://mcp.example', registeredAt: 1 }));

  watch.watch([], []);
  expect(listeners.size).toBe(0);
});
