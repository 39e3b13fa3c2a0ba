// The hostile page's own service worker: it sees every request that the page makes, as the page made it.
const seen = [];
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', ({ request }) => seen.push(`${request.url} ${[...request.headers].join()}`));
self.addEventListener('message', ({ ports }) => ports[0].postMessage(seen.join('\n')));
