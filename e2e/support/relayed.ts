import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { EXTENSION } from '../../src/demo/chromium.ts';
import type { Handler } from '../../src/demo/loopback.ts';
import { GIVEN, TAKEN } from '../../src/messages/handshake.ts';
import type { Envelope, PageReply, PageRequest } from '../../src/messages/page.ts';
import { newPage, type World } from './world.ts';

export const HANDLE = `hf_${'a'.repeat(43)}`;

/**
 * A page with the built wrapper, and a relay that answers in the background's place: each request with a handle gets a
 * proof. For what the wrapper does by itself; there is no extension in it, and nobody signs in.
 *
 * @param unanswered what the relay leaves without an answer
 */
export async function openRelayed(world: World, handler: Handler, unanswered?: PageRequest['kind']): Promise<Page> {
  const { origin } = await world.site('relayed', async (request, response) => {
    if (request.url !== '/') return handler(request, response);
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><link rel="icon" href="data:,">');
  });
  const page = await newPage(world.shared);
  const scripts = [
    await page.addInitScript(relay, [GIVEN, TAKEN, unanswered] as const),
    await page.addInitScript({ path: join(EXTENSION, 'src/page/wrapper.iife.js') }),
  ];
  await page.goto(origin);
  for (const script of scripts) await script.dispose();
  return page;
}

/** Runs in the page, before the wrapper. */
function relay([given, taken, unanswered]: readonly [string, string, string | undefined]): void {
  let count = 0;
  const asked: string[] = [];
  Object.assign(window, { asked });
  const answer = ({ kind }: PageRequest): PageReply => {
    if (kind !== 'prove') return { kind: 'pass' };
    count += 1;
    return { kind: 'proof', proof: `proof-${count}`, jti: String(count) };
  };
  window.addEventListener(given, (event) => {
    const [port] = (event as MessageEvent).ports;
    if (!port) return;
    port.onmessage = ({ data: { id, body } }: MessageEvent<Envelope<PageRequest>>) => {
      asked.push(body.kind);
      if (body.kind !== unanswered) port.postMessage({ id, body: answer(body) });
    };
    window.dispatchEvent(new Event(taken));
  });
}
