import { beforeEach, describe, expect, test, vi } from 'vitest';
import { PAGE_PORT } from '../../messages/handshake.ts';
import type { PageReply, PageRequest } from '../../messages/page.ts';
import { LONGEST_BODY } from '../../model/quotas.ts';
import { createEvent } from '../browser/browser.fixture.ts';
import { createChanges } from '../changes.ts';
import { servePages } from './page-port.ts';

const fake = vi.hoisted(() => ({ runtime: {} as Record<string, unknown> }));
vi.mock('webextension-polyfill', () => ({ default: fake }));

const TOKEN = 'https://as.example/token';
const HANDLE = `hfr_${'a'.repeat(43)}`;
const form = (more: object) => ({ kind: 'form', url: TOKEN, headers: [], body: 'grant_type=a', ...more });

let isProtected: () => Promise<boolean>;
let answer: (request: PageRequest) => Promise<PageReply>;
let failed: ReturnType<typeof vi.fn<(error: unknown, agent?: string) => void>>;
let ask: (body: unknown) => Promise<unknown>;

beforeEach(async () => {
  isProtected = async () => true;
  answer = async () => ({ kind: 'passAndReport' });
  failed = vi.fn();
  const onConnect = createEvent();
  fake.runtime.onConnect = onConnect;
  const changes = createChanges();
  changes.on('failed', failed);
  const protection = { isProtected: () => isProtected() };
  servePages({ changes, protection: protection as never, answer: (request) => answer(request) });

  const onMessage = createEvent();
  const posted: { id: number; body: unknown }[] = [];
  const sender = { origin: 'https://agent.example', tab: { id: 1 }, frameId: 0 };
  const postMessage = (message: (typeof posted)[number]) => void posted.push(message);
  await onConnect.happen({ name: PAGE_PORT, sender, onMessage, onDisconnect: createEvent(), postMessage });
  let last = 0;
  ask = async (body) => {
    last += 1;
    await onMessage.happen({ id: last, body });
    await vi.waitFor(() => expect(posted.at(-1)?.id).toBe(last));
    return posted.at(-1)?.body;
  };
});

const codeOf = (reply: unknown): unknown => JSON.parse((reply as { body: string }).body).error;

describe('a form that cannot be read is refused, and that is told:', () => {
  test.each([
    ['one that is too long', form({ body: `grant_type=a&x=${'x'.repeat(LONGEST_BODY)}` })],
    ['one with a handle', form({ body: `refresh_token=${HANDLE}&x=${'x'.repeat(LONGEST_BODY)}` })],
    ['one whose client authenticates without end', form({ headers: [['authorization', 'x'.repeat(9_000)]] })],
    ['one for an address without end', form({ url: `${TOKEN}?${'x'.repeat(9_000)}` })],
  ])('%s', async (_, body) => {
    const reply = await ask(body);
    expect([(reply as { status: number }).status, codeOf(reply)]).toEqual([400, 'invalid_request']);
    expect(failed).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ code: 'message_invalid' }),
      'https://agent.example',
    );
  });
});

test('a form with headers that nobody reads, however many and long, is answered as any', async () => {
  const headers = Array.from({ length: 100 }, (_, number) => [`x-${number}`, 'x'.repeat(9_000)]);
  expect(await ask(form({ headers }))).toEqual({ kind: 'passAndReport' });
});

test('what else cannot be read changes nothing, and a handle in it does not leave', async () => {
  const url = `https://mcp.example/${'x'.repeat(9_000)}`;
  expect(await ask({ kind: 'discover', url, dpop: true })).toEqual({ kind: 'pass' });
  expect(await ask({ kind: 'prove', method: 'POST', url, token: HANDLE })).toEqual({ kind: 'unreachable' });
  expect(failed).not.toHaveBeenCalled();
});

test('a page whose protection cannot be told gets no plain bearer token', async () => {
  isProtected = async () => Promise.reject(new Error('broken'));
  expect(codeOf(await ask(form({})))).toBe('temporarily_unavailable');
  expect(codeOf(await ask(form({ body: 17 })))).toBe('temporarily_unavailable');
  expect(await ask(form({ body: `token=${HANDLE}` }))).toEqual({ kind: 'unreachable' });
  expect(await ask({ kind: 'aside', url: TOKEN })).toEqual({ kind: 'pass' });
});

test('a site that is not protected is left alone, whatever it asks', async () => {
  isProtected = async () => false;
  for (const body of [form({}), form({ body: 'x'.repeat(LONGEST_BODY + 1) }), 17]) {
    expect(await ask(body)).toEqual({ kind: 'pass' });
  }
});
