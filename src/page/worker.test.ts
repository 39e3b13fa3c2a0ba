import { beforeEach, describe, expect, test } from 'vitest';
import { readHandle } from '../model/handle.ts';
import { captureNatives, type Scope } from './natives.ts';
import { wrapWorker } from './worker.ts';
import { createStarts, STARTED } from './worker-start.ts';

type Moved = [{ buffer?: ArrayBuffer }, ArrayBuffer[]];

/** A page whose workers are the test's, with the wrapper's text `wrapper`. */
function createPage() {
  const made: FakeWorker[] = [];
  const blobs = new Map<string, Blob>();
  const unreached: string[] = [];
  let forbids = (_: string): boolean => false;

  class FakeWorker extends EventTarget {
    readonly posted: unknown[][] = [];
    isOver = false;
    constructor(
      readonly script: string,
      readonly options?: WorkerOptions,
    ) {
      super();
      if (forbids(script)) throw new TypeError('This document requires a trusted address');
      made.push(this);
    }
    postMessage(...given: unknown[]): void {
      this.posted.push(given);
    }
    terminate(): void {
      this.isOver = true;
    }
  }
  class FakeUrl extends URL {
    static override createObjectURL = (blob: Blob) => {
      const url = `blob:https://agent.example/${blobs.size}`;
      blobs.set(url, blob);
      return url;
    };
    static override revokeObjectURL = (url: string) => void blobs.delete(url);
  }
  const scope = {
    ...{ fetch, Headers, Request, Response, MessageChannel, Blob, structuredClone },
    ...{ URL: FakeUrl, Worker: FakeWorker, origin: 'https://agent.example' },
    addEventListener: EventTarget.prototype.addEventListener,
    dispatchEvent: EventTarget.prototype.dispatchEvent,
    document: { baseURI: 'https://agent.example/at/' },
    performance: { now: () => 0 },
  };
  const page = scope as unknown as Scope;
  const natives = captureNatives(page, readHandle);
  wrapWorker(page, natives, createStarts(page, natives, 'wrapper'), () => unreached.push('told'));
  const says = (worker: EventTarget, type: string, members: object) =>
    worker.dispatchEvent(Object.assign(new Event(type, { cancelable: true }), members));
  return {
    ...{ scope: page, made, blobs, unreached, says },
    textOf: async (worker: FakeWorker | undefined) => blobs.get(worker?.script ?? '')?.text(),
    forbid: (which: (script: string) => boolean) => {
      forbids = which;
    },
    start: (script: string, options?: WorkerOptions) => {
      const worker = new page.Worker(script, options);
      return { worker, native: made.at(-1) as FakeWorker, port: made.at(-1)?.posted[0]?.[1] };
    },
  };
}

let page: ReturnType<typeof createPage>;
beforeEach(() => {
  page = createPage();
});

describe('a worker is started with Holdfast ahead of its script', () => {
  test('which is run by the wrapper, or imported after it', async () => {
    const classic = page.start('w.js', { name: 'own' });
    const start = { url: 'https://agent.example/at/w.js', isModule: false };
    expect(await page.textOf(classic.native)).toBe(`(wrapper)(${JSON.stringify(start)})`);
    expect(classic.native.options).toEqual({ name: 'own' });

    const { native } = page.start('/w.js', { type: 'module' });
    const [, wrapper = '', script] = /^import"(.*)";import"(.*)";$/.exec((await page.textOf(native)) ?? '') ?? [];
    expect(script).toBe('https://agent.example/w.js');
    expect(await page.blobs.get(wrapper)?.text()).toContain('"isModule":true');
  });

  test('and is given a port before all else', () => {
    const { worker, native } = page.start('w.js');
    worker.postMessage('first');
    expect(native.posted).toEqual([[null, [expect.any(MessagePort)]]]);
    page.says(worker, 'message', { data: STARTED });
    worker.postMessage('second');
    expect(native.posted.slice(1)).toEqual([['first'], ['second']]);
  });

  test('and script hears nothing of that, but what the worker says itself', () => {
    const heard: unknown[] = [];
    const { worker } = page.start('w.js');
    worker.addEventListener('message', ({ data }) => heard.push(data));
    for (const data of ['early', STARTED, 'later', STARTED]) page.says(worker, 'message', { data });
    expect(heard).toEqual(['early', 'later', STARTED]);
  });

  test('and what waits for it is as it was when it was posted', () => {
    const { worker, native } = page.start('w.js');
    const [message, buffer, { port1 }] = [{ text: 'as posted' }, new ArrayBuffer(4), new MessageChannel()];
    worker.postMessage(message);
    worker.postMessage({ buffer }, [buffer]);
    worker.postMessage(port1, { transfer: [port1] });
    message.text = 'later';
    expect(buffer.byteLength).toBe(0);
    expect(() => worker.postMessage(() => 1)).toThrow('could not be cloned');
    page.says(worker, 'message', { data: STARTED });
    const [, plain, [moved, list], [port, options]] = native.posted as [unknown, unknown, Moved, Moved];
    expect(plain).toEqual([{ text: 'as posted' }]);
    expect([moved.buffer?.byteLength, list[0] === moved.buffer]).toEqual([4, true]);
    expect(Object(options).transfer[0]).toBe(port);
  });

  test('and may revoke its blob at once', async () => {
    const { URL, Worker } = page.scope;
    const made = URL.createObjectURL(new Blob(['own']));
    const workers = [new Worker(made), new Worker(made)];
    URL.revokeObjectURL(made);
    for (const worker of workers) {
      expect(page.blobs.has(made)).toBe(true);
      page.says(worker, 'message', { data: STARTED });
    }
    await expect.poll(() => [...page.blobs]).toEqual([]);
  });

  test('and leaves no blob where it is ended before it runs', () => {
    const { worker, native } = page.start('w.js', { type: 'module' });
    worker.terminate();
    expect([native.isOver, [...page.blobs]]).toEqual([true, []]);
  });

  test.each(['data:text/javascript,1', 'https://elsewhere.example/w.js', 'about:blank', 'blob:null/1', ''])(
    'but not %s',
    (script) => {
      expect(page.start(script).native).toMatchObject({ script, posted: [] });
    },
  );
});

describe('a worker that cannot be started with Holdfast runs as the site made it', () => {
  test.each<[string, (script: string) => object]>([
    ['the policy of the site forbids it', () => ({})],
    ['its script comes with a policy of its own', (filename) => ({ message: 'Uncaught TypeError', filename })],
  ])('where %s', (_, members) => {
    const { worker, native } = page.start('w.js', { name: 'own' });
    const heard: unknown[] = [];
    for (const type of ['message', 'error']) worker.addEventListener(type, (event) => heard.push([type, event]));
    worker.postMessage('first');
    page.says(worker, 'error', members(native.script));
    expect([heard, page.unreached]).toEqual([[], []]);

    const instead = page.made.at(-1);
    worker.postMessage('second');
    expect(instead).toMatchObject({ script: 'w.js', options: { name: 'own' }, posted: [['first'], ['second']] });
    instead?.dispatchEvent(new MessageEvent('message', { data: 'answer' }));
    expect(heard).toMatchObject([['message', { data: 'answer' }]]);
    expect(page.unreached).toEqual(['told']);
    worker.terminate();
    expect(instead?.isOver).toBe(true);
  });

  test('where its address has to be a trusted one', () => {
    page.forbid((script) => script.startsWith('blob:'));
    const { worker, native } = page.start('w.js');
    expect(native).toMatchObject({ script: 'w.js', posted: [] });
    expect([...page.blobs]).toEqual([]);
    page.says(worker, 'message', { data: 'answer' });
    expect(page.unreached).toEqual(['told']);
  });

  test('but not for an error of its script’s own', () => {
    const { worker, native } = page.start('w.js');
    const heard: Event[] = [];
    worker.addEventListener('error', (event) => heard.push(event));
    worker.postMessage('first');
    page.says(worker, 'error', { message: 'Uncaught Error', filename: 'https://agent.example/at/w.js' });
    expect([heard.length, page.made.length, native.posted.length]).toEqual([1, 1, 2]);
  });
});
