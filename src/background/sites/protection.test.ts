import { beforeEach, expect, test, vi } from 'vitest';
import { anOrigin } from '../../model/brands.fixture.ts';
import { CHROME_ANSWER_MS } from '../../model/lifetimes.ts';
import type { Origin } from '../../model/origin.ts';
import { resolvePolicy } from '../../model/policy.ts';
import { createArea, createEvent } from '../browser/browser.fixture.ts';
import { createChanges } from '../changes.ts';
import { createProtection } from './protection.ts';

const fake = vi.hoisted(() => ({ permissions: {}, storage: {}, scripting: {}, runtime: {} }));
vi.mock('webextension-polyfill', () => ({ default: fake }));
vi.mock('../../content/relay.iife.ts?script&iife', () => ({ default: 'relay.js' }));
vi.mock('../../page/wrapper.iife.ts?script&iife', () => ({ default: 'wrapper.js' }));
vi.mock('../../page/tokens-wrapper.iife.ts?script&iife', () => ({ default: 'tokens-wrapper.js' }));

const SITE = anOrigin('https://agent.example');

interface Script {
  readonly id: string;
  readonly js: readonly string[];
}

const granted = new Set<string>();
const scripts = new Map<string, Script>();
const updateContentScripts = vi.fn();
let session: ReturnType<typeof createArea>;
let onAdded: ReturnType<typeof createEvent>;
let custody: boolean;
let protects: readonly Origin[];
let time: number;
beforeEach(() => {
  protects = [];
  granted.clear();
  scripts.clear();
  custody = true;
  time = 0;
  vi.resetAllMocks();
  const put = async (list: Script[]) => {
    for (const script of list) scripts.set(script.id, script);
  };
  updateContentScripts.mockImplementation(put);
  session = createArea();
  onAdded = createEvent();
  Object.assign(fake, {
    permissions: {
      ...{ onAdded, onRemoved: createEvent() },
      contains: async ({ origins }: { origins: string[] }) => origins.every((origin) => granted.has(origin)),
    },
    storage: { local: createArea(), session },
    scripting: {
      getRegisteredContentScripts: async () => [...scripts.values()],
      registerContentScripts: put,
      updateContentScripts,
      unregisterContentScripts: async () => undefined,
    },
    runtime: { onInstalled: createEvent(), onStartup: createEvent() },
  });
});

/** A worker of its own; what the browser keeps is shared. */
function createWorker() {
  const changed = vi.fn(async () => undefined);
  const failed = vi.fn();
  const changes = createChanges();
  changes.on('sites', changed);
  changes.on('failed', failed);
  const protection = createProtection(
    { of: async () => resolvePolicy({ custody }, {}), protects: async () => protects },
    changes,
    () => time,
  );
  return { protection, changed, failed };
}

async function grant(): Promise<void> {
  granted.add(`${SITE}/*`);
  await onAdded.happen();
}

test('a site is protected when Chrome has said yes, though the worker was ended while its dialog was open', async () => {
  await createWorker().protection.protect(SITE);
  onAdded = createEvent();
  Object.assign(fake.permissions, { onAdded });
  const { protection } = createWorker();
  expect(await protection.isProtected(SITE)).toBe(false);
  await grant();
  await vi.waitFor(async () => expect(await protection.isProtected(SITE)).toBe(true));
});

test('a site is new until the browser loads Holdfast again', async () => {
  granted.add(`${SITE}/*`);
  const { protection } = createWorker();
  await protection.protect(SITE);
  expect(await protection.isNew(SITE)).toBe(true);
  expect(await createWorker().protection.isNew(SITE)).toBe(true);
  Object.assign(fake.storage, { session: createArea() });
  const { protection: again } = createWorker();
  expect(await again.isProtected(SITE)).toBe(true);
  expect(await again.isNew(SITE)).toBe(false);
});

test('the first worker of a Holdfast that was loaded says so: pages that were open before have none of it', async () => {
  const { changed } = createWorker();
  await vi.waitFor(() => expect(changed).toHaveBeenCalledOnce());
  const next = createWorker();
  await next.protection.list();
  await session.get();
  expect(next.changed).not.toHaveBeenCalled();
});

test('scripts that Chrome fails to change once are told as a failure, and changed the next time', async () => {
  granted.add(`${SITE}/*`);
  const { protection, changed, failed } = createWorker();
  await protection.protect(SITE);
  changed.mockClear();
  const broken = new Error('scripting failed');
  updateContentScripts.mockRejectedValueOnce(broken);

  custody = false;
  await protection.register();
  expect(failed).toHaveBeenCalledWith(broken, undefined);
  expect(changed).toHaveBeenCalledOnce();
  expect(await protection.list()).toEqual([SITE]);
  expect(scripts.get(`page ${SITE}`)?.js).toEqual(['tokens-wrapper.js']);
});

test.each([
  [
    'when its dialog is long over',
    async () => {
      time += CHROME_ANSWER_MS;
    },
  ],
  ['as a server', (worker: ReturnType<typeof createWorker>) => worker.protection.leave([SITE])],
])('a site that the person did not let Chrome protect is not protected by what is allowed %s', async (_, pass) => {
  const worker = createWorker();
  await worker.protection.protect(SITE);
  await pass(worker);
  await grant();
  expect(await worker.protection.isProtected(SITE)).toBe(false);
  await vi.waitFor(() => expect(session.kept.wanted).toEqual({}));
  await worker.protection.protect(SITE);
  expect(await worker.protection.isProtected(SITE)).toBe(true);
});

test('a site that the organization has protected is so where Chrome lets Holdfast in, and as soon as it does', async () => {
  protects = [SITE];
  const { protection } = createWorker();
  expect(await protection.list()).toEqual([]);
  expect(await protection.wanted()).toEqual([SITE]);
  expect(scripts.size).toBe(0);
  await grant();
  await vi.waitFor(async () => expect(await protection.isProtected(SITE)).toBe(true));
  expect([...scripts.keys()]).toEqual([`page ${SITE}`, `relay ${SITE}`]);
  expect(await protection.wanted()).toEqual([]);
  expect(await protection.isNew(SITE)).toBe(true); // its open pages have to be loaded again
});

test('a site that the organization protects no more stays protected, as one that the person chose', async () => {
  protects = [SITE];
  granted.add(`${SITE}/*`);
  expect(await createWorker().protection.isProtected(SITE)).toBe(true);
  protects = [];
  expect(await createWorker().protection.isProtected(SITE)).toBe(true);
});

test('the protection of a site ends though Chrome cannot take back what the package was given', async () => {
  granted.add(`${SITE}/*`);
  const { protection, failed } = createWorker();
  await protection.protect(SITE);
  Object.assign(fake.permissions, {
    remove: () => Promise.reject(new Error('You cannot remove required permissions.')),
  });
  Object.assign(fake.scripting, {
    unregisterContentScripts: async ({ ids }: { ids: string[] }) => ids.map((id) => scripts.delete(id)),
  });
  await protection.unprotect(SITE);
  expect(await protection.list()).toEqual([]);
  expect(failed).not.toHaveBeenCalled();
});
