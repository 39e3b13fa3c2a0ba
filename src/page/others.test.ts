import { beforeEach, expect, test } from 'vitest';
import type { PageRequest } from '../messages/page.ts';
import { readHandle } from '../model/handle.ts';
import { PASS } from './channel.ts';
import { captureNatives, type Scope } from './natives.ts';
import { watchOthers } from './others.ts';
import { HANDLE } from './page.fixture.ts';
import { createProofs } from './proofs.ts';
import { reportHandles } from './report.ts';
import { wrapXhr } from './xhr.ts';

const SOCKET = 'wss://api.example/socket';
const BACKEND = 'https://api.example/chat';

let told: PageRequest[];
let left: unknown[];
let scope: ReturnType<typeof createScope>;
beforeEach(() => {
  told = [];
  left = [];
  scope = createScope();
});

/** A window, as far as it sends: what leaves it is the test's to see. */
function createScope() {
  const scope = {
    ...{ Headers, Request, Response, URL, fetch },
    document: { baseURI: 'https://agent.example/' },
    performance: { now: () => 0 },
    WebSocket: class {
      readonly url = SOCKET;
      send(body: unknown): void {
        if (body === undefined) throw new DOMException('Still in CONNECTING state.', 'InvalidStateError');
        left.push(body);
      }
    },
    Navigator: class {
      sendBeacon(...given: unknown[]): boolean {
        left.push(given);
        return true;
      }
    },
    XMLHttpRequest: class {
      open(): void {}
      setRequestHeader(): void {}
      send(body: unknown): void {
        left.push(body);
      }
    },
  };
  const natives = captureNatives(scope as unknown as Scope, readHandle);
  const channel = {
    ask: async (request: PageRequest) => {
      told.push(request);
      return PASS;
    },
    tell: (request: PageRequest) => void told.push(request),
  };
  wrapXhr(natives, fetch, createProofs(channel, natives.now), (sent) => reportHandles(sent, natives, channel));
  watchOthers(scope as unknown as Scope, natives, channel);
  return scope;
}

const reported = (url: string) => [{ kind: 'passedOn', url, handles: [HANDLE] }];

test('a message of a WebSocket that holds a handle is reported, and leaves as it is', () => {
  const socket = new scope.WebSocket();
  socket.send('hello');
  expect(told).toEqual([]);
  const message = JSON.stringify({ type: 'auth', token: HANDLE });
  socket.send(message);
  expect([told, left]).toEqual([reported(SOCKET), ['hello', message]]);
  const bytes = new TextEncoder().encode(message);
  socket.send(bytes);
  expect([told.length, left.at(-1)]).toEqual([1, bytes]);
});

test('what a WebSocket does not send is not reported', () => {
  expect(() => new scope.WebSocket().send(undefined)).toThrow('CONNECTING');
  expect(told).toEqual([]);
});

test('so is a beacon, at the address as its page resolves it', () => {
  const form = new FormData();
  form.append('token', HANDLE);
  expect(new scope.Navigator().sendBeacon('/log', form)).toBe(true);
  expect([told, left]).toEqual([reported('https://agent.example/log'), [['/log', form]]]);
});

test.each([
  ['a header', 'x-token', HANDLE, 'hello'],
  ['the body', 'accept', '*/*', `{"token":"${HANDLE}"}`],
])('so is an XMLHttpRequest with a handle in %s', (_, name, value, body) => {
  const xhr = new scope.XMLHttpRequest() as unknown as XMLHttpRequest;
  xhr.open('POST', BACKEND);
  xhr.setRequestHeader(name, value);
  xhr.send(body);
  expect([told, left]).toEqual([reported(BACKEND), [body]]);
});
