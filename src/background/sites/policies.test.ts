import { beforeEach, describe, expect, test, vi } from 'vitest';
import { anOrigin } from '../../model/brands.fixture.ts';
import { createArea, createEvent } from '../browser/browser.fixture.ts';
import { createChanges } from '../changes.ts';
import { createPolicies } from './policies.ts';

const AGENT = anOrigin('https://agent.example');
const KEY = `policy ${AGENT}`;

const fake = vi.hoisted(() => ({ storage: {} as Record<string, unknown> }));
vi.mock('webextension-polyfill', () => ({ default: fake }));

let managed: ReturnType<typeof createArea>;
let sync: ReturnType<typeof createArea>;
let onChanged: ReturnType<typeof createEvent>;
beforeEach(() => {
  [managed, sync, onChanged] = [createArea(), createArea(), createEvent()];
  fake.storage = { managed, sync, onChanged };
});
function create(invalid: (error: unknown) => void = () => undefined, changed: () => void = () => undefined) {
  const changes = createChanges();
  changes.on('failed', invalid);
  changes.on('policies', changed);
  return createPolicies(changes);
}

test('what the organization set for a site wins over what it set for all, and that over what the person chose', async () => {
  sync.kept[KEY] = { refuseBearer: false, custody: true, algorithms: ['RS256'] };
  managed.kept.refuseBearer = true;
  managed.kept.custody = true;
  managed.kept.sites = [{ site: AGENT, custody: false }];
  const policies = create();
  expect(await policies.of(AGENT)).toMatchObject({ refuseBearer: true, custody: false, algorithms: ['RS256'] });
  expect(await policies.view([AGENT])).toMatchObject({ [AGENT]: { managed: ['refuseBearer', 'custody'] } });
  expect(await policies.of(anOrigin('https://other.example'))).toMatchObject({ refuseBearer: true, custody: true });
});

describe('what cannot be read is no policy, and that is said', () => {
  test.each([
    ['sync', () => Object.assign(sync.kept, { [KEY]: { refuseBearer: 'yes' } })],
    ['sync', () => Object.assign(sync.kept, { [KEY]: 17 })],
    ['managed', () => Object.assign(managed.kept, { custody: 'no' })],
    ['managed', () => Object.assign(managed.kept, { sites: [{ site: 'not an origin' }] })],
  ])('in storage.%s', async (_, damage) => {
    damage();
    const invalid = vi.fn();
    expect(await create(invalid).of(AGENT)).toMatchObject({ refuseBearer: false, custody: true });
    expect(invalid).toHaveBeenCalledWith(expect.objectContaining({ code: 'policy_invalid' }), undefined);
  });
});

test.each(['sync', 'managed'] as const)('a change in storage.%s holds at once', async (area) => {
  const changed = vi.fn();
  const policies = create(undefined, changed);
  expect((await policies.of(AGENT)).refuseBearer).toBe(false);
  if (area === 'sync') await policies.choose(AGENT, { refuseBearer: true });
  else managed.kept.refuseBearer = true;
  await onChanged.happen({ [KEY]: {} }, area);
  expect(changed).toHaveBeenCalledOnce();
  expect((await policies.of(AGENT)).refuseBearer).toBe(true);
});

test('an organization that Chrome is slow to tell of holds nobody up, and its word holds when it comes', async () => {
  let tell = (_: unknown): void => undefined;
  managed.get = () => new Promise((resolve) => (tell = resolve as never));
  const changed = vi.fn();
  const policies = create(undefined, changed);
  expect((await policies.of(AGENT)).refuseBearer).toBe(false);
  tell({ refuseBearer: true });
  await vi.waitFor(() => expect(changed).toHaveBeenCalledOnce());
  expect((await policies.of(AGENT)).refuseBearer).toBe(true);
});

test('a browser without managed storage has no managed policy', async () => {
  managed.get = async () => Promise.reject(new Error('Managed storage is not supported.'));
  expect(await create().of(AGENT)).toMatchObject({ refuseBearer: false, custody: true });
});
