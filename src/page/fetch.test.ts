import { beforeEach, describe, expect, test } from 'vitest';
import type { PageReply } from '../messages/page.ts';
import { createPage, proof, RESOURCE, type TestPage } from './page.fixture.ts';

let page: TestPage;
beforeEach(() => {
  page = createPage();
});

const ANSWER: PageReply = { kind: 'answer', status: 403, body: 'no', headers: [['content-type', 'text/plain']] };
const proofsSent = () => page.sent.map(({ headers }) => headers.get('dpop'));

describe('a request with a handle', () => {
  test('leaves with its proof', async () => {
    page.outside.background = () => proof('1');
    expect((await page.fetch(RESOURCE, page.call())).status).toBe(200);
    expect(proofsSent()).toEqual(['proof-1']);
  });

  test('leaves without one where the background says so', async () => {
    page.outside.background = () => proof('1', { proof: '' });
    await page.fetch(RESOURCE, page.call());
    expect(proofsSent()).toEqual([null]);
  });

  test('does not leave where the background answers it', async () => {
    page.outside.background = () => ANSWER;
    const response = await page.fetch(RESOURCE, page.call());
    expect([response.status, response.url, await response.text()]).toEqual([403, RESOURCE, 'no']);
    expect(page.sent).toEqual([]);
  });

  test('that was refused does not leave again where the background answers it', async () => {
    page.outside.background = (request) => ('refused' in request && request.refused ? ANSWER : proof('1'));
    page.outside.server = () => new Response('refused', { status: 401 });
    const response = await page.fetch(RESOURCE, page.call());
    expect([response.status, await response.text()]).toEqual([403, 'no']);
    expect(page.sent).toHaveLength(1);
  });

  test('that the network fails rejects with what the network says', async () => {
    const failure = new TypeError('Failed to fetch');
    page.outside.background = () => proof('1');
    page.outside.server = () => Promise.reject(failure);
    await expect(page.fetch(RESOURCE, page.call())).rejects.toBe(failure);
    expect(page.sent).toHaveLength(1);
  });
});
