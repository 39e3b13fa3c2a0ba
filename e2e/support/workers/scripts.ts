import type { Handler } from '../../../src/demo/loopback.ts';

/** What each worker has: a request with a token, by `fetch` and by `XMLHttpRequest`, and what it sees of itself. */
const TOOLS = `
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'worker', version: '1' } } });
  const headers = (token) => ({ authorization: 'Bearer ' + token, 'content-type': 'application/json',
    accept: 'application/json, text/event-stream' });
  const byFetch = async ({ url, token }) => (await fetch(url, { method: 'POST', headers: headers(token), body })).status;
  const byXhr = ({ url, token }) => new Promise((resolve) => {
    const xhr = new XMLHttpRequest();
    xhr.open('POST', url);
    for (const [name, value] of Object.entries(headers(token))) xhr.setRequestHeader(name, value);
    xhr.onloadend = () => resolve(xhr.status);
    xhr.send(body);
  });
  const all = async (data) => [await byXhr(data), await byFetch(data)];
  const tried = (work) => { try { return work(); } catch (error) { return String(error.name); } };
  const facts = async () => ({
    href: location.href, text: String(location), name: self.name, type: Object.prototype.toString.call(self),
    fetched: await fetch('text').then((answer) => answer.text(), ({ name }) => name),
    asked: tried(() => new Request('text').url), listened: tried(() => new EventSource('text').url),
    cached: await caches.open('facts').then((cache) => cache.put('/w/x', new Response('x')).then(() => cache.match('x')))
      .then((hit) => hit?.text(), ({ name }) => name),
    read: tried(() => { const xhr = new XMLHttpRequest(); xhr.open('GET', 'text', false); xhr.send(); return xhr.responseText; }),
  });
  const answer = async (data) => data.token ? all(data) : data === 'facts' ? { ...await facts(), part: self.part } : data;
`;

const REPLIES = `onmessage = async ({ data }) => postMessage(await answer(data));`;

/** Counts the documents that it serves. */
const SHARED = `${TOOLS} self.part = 0; onconnect = ({ ports: [port] }) => { self.part += 1;
    port.onmessage = async ({ data }) => port.postMessage(await answer(data)); };`;

const SCRIPTS: Readonly<Record<string, string>> = {
  '/w/part.js': `self.part = 'part';`,
  '/w/classic.js': `postMessage('early'); importScripts('part.js'); ${TOOLS} ${REPLIES}`,
  '/w/module.js': `postMessage('early'); import './part.js'; ${TOOLS} ${REPLIES} await fetch('text');`,
  '/w/nests.js': `const inner = new Worker('classic.js', { name: 'inner' });
    inner.onmessage = ({ data }) => postMessage(data); onmessage = ({ data }) => inner.postMessage(data);`,
  '/w/throws.js': `\n\n  throw new Error('of the script');`,
  '/w/throws-late.js': `postMessage(1); setTimeout(() => { late });`,
  '/w/broken.js': `\n const const`,
  '/w/imports-none.js': `importScripts('none.js');`,
  '/w/shared.js': SHARED,
  '/w/plain.js': `${TOOLS} ${REPLIES}`,
  '/w/shared-policy.js': SHARED,
  '/w/own-policy.js': `${TOOLS} ${REPLIES}`,
};

/** Scripts for workers, and pages at `/strict` that forbid workers from blobs. */
export const workerScripts: Handler = (request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://any.localhost');
  if (pathname.startsWith('/strict')) response.setHeader('content-security-policy', "worker-src 'self'");
  if (!pathname.startsWith('/w/')) return;
  const script = SCRIPTS[pathname];
  if (pathname.endsWith('-policy.js')) response.setHeader('content-security-policy', 'connect-src *');
  if (script !== undefined) response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
  else if (pathname === '/w/text') response.writeHead(200, { 'content-type': 'text/plain' }).end('text');
  else response.writeHead(404).end();
};
