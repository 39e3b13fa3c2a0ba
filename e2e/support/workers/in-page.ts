// Each of these is carried into a page as a text: it uses nothing of this file.

/** In a page: what workers and their pages see of each other. */
export async function lookAround(): Promise<unknown> {
  class Own extends Worker {
    override postMessage(message: unknown, ...more: [never]): void {
      super.postMessage(message, ...more);
    }
  }
  const heardOf = async (worker: Worker): Promise<unknown[]> => {
    const heard: unknown[] = [worker.constructor.name, worker instanceof Worker];
    const [buffer, message] = [new ArrayBuffer(4), { text: 'as posted' }];
    worker.postMessage(buffer, [buffer]);
    worker.postMessage(message);
    message.text = 'later';
    worker.postMessage('facts');
    await new Promise<void>((resolve) => {
      worker.onmessage = ({ data }) => {
        heard.push(data instanceof ArrayBuffer ? data.byteLength : data);
        if (Object(data).href) resolve();
      };
      worker.onerror = ({ type }) => resolve(void heard.push(type));
    });
    worker.terminate();
    return [...heard, buffer.byteLength, String(worker)];
  };
  const errorOf = (script: string, options?: WorkerOptions): Promise<unknown> =>
    new Promise((resolve) => {
      const worker = new Worker(script, options);
      worker.addEventListener('error', (event) => {
        const { message, filename, lineno, colno, cancelable } = event;
        // What Chrome says of a script that cannot be read names the function that was to read it.
        const text = message?.replace("Failed to execute 'importScripts' on 'WorkerGlobalScope': ", '');
        resolve({ text, filename, lineno, colno, cancelable, type: event.constructor.name });
      });
    });
  const thrown = (work: () => unknown): unknown => {
    try {
      return String(work());
    } catch (error) {
      return String(error).replace(/Failed to execute '\w+' on '\w+': /, '');
    }
  };
  const ofBlobs = async (): Promise<unknown> => {
    const made = URL.createObjectURL(new Blob([`importScripts(${JSON.stringify(`${location.origin}/w/plain.js`)})`]));
    const heard = [new Worker(made, { name: 'blob' }), new Worker(made)].map(heardOf);
    URL.revokeObjectURL(made);
    return JSON.parse(JSON.stringify(await Promise.all(heard)).replaceAll(made, 'blob:'));
  };
  const errors = ['throws', 'throws-late', 'broken', 'imports-none', 'none'].map((name) => `/w/${name}.js`);
  return {
    classic: await heardOf(new Worker('/w/classic.js', { name: 'classic' })),
    module: await heardOf(new Worker('/w/module.js', { name: 'module', type: 'module' })),
    subclass: await heardOf(new Own(new URL('/w/classic.js', location.href))),
    nested: await heardOf(new Worker('/w/nests.js')),
    data: await new Promise((resolve) => {
      const worker = new Worker('data:text/javascript,postMessage(origin)');
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ type }) => resolve(type);
    }),
    blobs: await ofBlobs(),
    ownPolicy: await heardOf(new Worker('/w/own-policy.js')),
    errors: await Promise.all(errors.map((script) => errorOf(script))),
    ofModules: await Promise.all(
      ['throws', 'broken', 'none'].map((name) => errorOf(`/w/${name}.js`, { type: 'module' })),
    ),
    refused: [
      thrown(() => new Worker('https://elsewhere.example/w.js')),
      thrown(() => new Worker('http://')),
      thrown(() => new (Worker as unknown as new () => Worker)()),
      thrown(() => new Worker('/w/classic.js', { type: 'other' as never })),
      thrown(() => new Worker('/w/classic.js').postMessage(() => 1)),
    ],
  };
}

/** In a page with a session: uses it in a worker, by `XMLHttpRequest` and by `fetch`. The statuses of the answers. */
export async function useIn({ url, kind }: { readonly url: string; readonly kind: string }): Promise<unknown> {
  const token = window.agent.tokens('v2').access_token;
  const text = `importScripts(${JSON.stringify(`${location.origin}/w/plain.js`)})`;
  const script = kind === 'blob' ? URL.createObjectURL(new Blob([text])) : `/w/${kind}.js`;
  const options: WorkerOptions = kind === 'module' ? { type: 'module' } : {};
  const to = kind.startsWith('shared') ? new SharedWorker(script).port : new Worker(script, options);
  to.postMessage({ url, token });
  return new Promise((resolve) => {
    to.onmessage = ({ data }: MessageEvent) => data !== 'early' && resolve(data);
  });
}
