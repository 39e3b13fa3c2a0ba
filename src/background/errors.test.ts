import { beforeEach, expect, test, vi } from 'vitest';
import { MOST_ERRORS } from '../model/quotas.ts';
import { HoldfastError } from '../protocol/error.ts';
import { createArea } from './browser/browser.fixture.ts';
import { createErrorRing } from './errors.ts';

const fake = vi.hoisted(() => ({ storage: {}, runtime: {} }));
vi.mock('webextension-polyfill', () => ({ default: fake }));

/** Where the files of this test lie: to them it is what the extension's address is to the built ones. */
const ROOT = /\(?([^\s(]*)background\/errors\.test\.ts/.exec(new Error().stack ?? '')?.[1] ?? 'nowhere';
const TOKEN = 'eyJhbGciOiJFUzI1NiJ9.secret';

let session: ReturnType<typeof createArea>;
const onConsole = vi.spyOn(console, 'error').mockImplementation(() => undefined);
beforeEach(() => {
  session = createArea();
  Object.assign(fake, { storage: { session }, runtime: { getURL: () => ROOT } });
  onConsole.mockClear();
});

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

test('of an error its code, its name and its places in Holdfast are kept', async () => {
  const ring = createErrorRing(() => 7);
  ring.keep(new HoldfastError('key_lost', 'The key is gone'));
  ring.keep(new DOMException('broken', 'UnknownError'));
  ring.keep(new TypeError('undefined is not a function'));
  ring.keep('text');
  const place = expect.stringMatching(/^background\/errors\.test\.ts:\d+:\d+$/);
  expect(await ring.list()).toEqual([
    { at: 7, code: 'key_lost', name: 'HoldfastError', places: [place] },
    { at: 7, code: 'storage_failed', name: 'UnknownError', places: expect.any(Array) },
    { at: 7, code: 'internal', name: 'TypeError', places: [place] },
    { at: 7, code: 'internal', name: 'string', places: [] },
  ]);
});

test('no message is kept, which may quote what was read', async () => {
  const ring = createErrorRing(() => 0);
  const quoting = thrownBy(() => JSON.parse(TOKEN));
  expect(String(quoting)).toContain(TOKEN.slice(0, 10));
  const own = new HoldfastError('metadata_invalid', `The metadata was refused: ${TOKEN}`, { cause: quoting });
  for (const error of [quoting, own, TOKEN, { message: TOKEN }]) ring.keep(error);
  await ring.list();
  expect(JSON.stringify(session.kept)).not.toContain(TOKEN.slice(0, 10));
});

test('lines of a message are no places, also where they look like some', async () => {
  const ring = createErrorRing(() => 0);
  ring.keep(new Error(`first\n    at read (${ROOT}${TOKEN}:1:1)`));
  const [kept] = await ring.list();
  expect(kept?.places).toEqual([expect.stringContaining('errors.test.ts')]);
});

test('a name that is none of an error’s class is not kept', async () => {
  const ring = createErrorRing(() => 0);
  ring.keep(Object.assign(new Error('any'), { name: TOKEN }));
  expect(await ring.list()).toMatchObject([{ name: 'Error' }]);
});

test('places name files of Holdfast alone, without their address or query', async () => {
  const ring = createErrorRing(() => 0);
  const stack = [
    'Error: any',
    `    at own (${ROOT}assets/index.js?t=1:2:3)`,
    '    at other (https://agent.example/app.js?code=secret:1:1)',
    '    at async Promise.all (index 0)',
    `    at async ${ROOT}assets/other.js:4:5`,
  ];
  ring.keep(Object.assign(new Error('any'), { stack: stack.join('\n') }));
  expect(await ring.list()).toMatchObject([{ places: ['assets/index.js:2:3', 'assets/other.js:4:5'] }]);
});

test('the latest errors are kept, and no more than there is room for', async () => {
  let at = 0;
  const ring = createErrorRing(() => at);
  for (at = 1; at <= MOST_ERRORS + 5; at += 1) ring.keep(new Error('any'));
  const kept = await ring.list();
  expect(kept).toHaveLength(MOST_ERRORS);
  expect([kept[0]?.at, kept.at(-1)?.at]).toEqual([6, MOST_ERRORS + 5]);
  expect(session.kept.errors).toEqual(kept);
});

test('errors outlive their worker', async () => {
  const first = createErrorRing(() => 1);
  first.keep(new Error('any'));
  await first.list();
  const second = createErrorRing(() => 2);
  second.keep(new Error('any'));
  expect((await second.list()).map(({ at }) => at)).toEqual([1, 2]);
});

test('where storage fails, errors are kept in memory, and nothing is said', async () => {
  const fail = async () => Promise.reject(new Error('no storage'));
  Object.assign(session, { get: fail, set: fail });
  const ring = createErrorRing(() => 1);
  ring.keep(new Error('any'));
  expect(await ring.list()).toHaveLength(1);
});

test.each([true, false])('an error is on the console in a development build alone: %s', (isDevelopment) => {
  vi.stubEnv('DEV', isDevelopment);
  const error = new Error('any');
  createErrorRing(() => 0).keep(error);
  expect(onConsole.mock.calls).toEqual(isDevelopment ? [[error]] : []);
  vi.unstubAllEnvs();
});

test('what a view met is kept as the view tells it, and nothing else that comes with it', async () => {
  const ring = createErrorRing(() => 7);
  const trace = { name: 'RangeError', places: ['assets/views.js:1:2'] };
  ring.keepOfView({ ...trace, kind: 'failed' } as typeof trace);
  expect(await ring.list()).toEqual([{ at: 7, code: 'internal', ...trace }]);
});
