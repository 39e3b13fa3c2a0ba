import { beforeEach, expect, test, vi } from 'vitest';
import { createArea, createEvent } from '../browser/browser.fixture.ts';
import { createIdleLock } from './idle.ts';

const fake = vi.hoisted(() => ({ permissions: {}, storage: {}, idle: undefined as unknown }));
vi.mock('webextension-polyfill', () => ({ default: fake }));

const idle = {
  onStateChanged: createEvent(),
  setDetectionInterval: vi.fn(),
  queryState: vi.fn(async (_: number) => 'active'),
};
let local: ReturnType<typeof createArea>;
let onAdded: ReturnType<typeof createEvent>;
const lock = vi.fn(async () => undefined);
const failed = vi.fn();
beforeEach(() => {
  vi.clearAllMocks();
  idle.onStateChanged = createEvent();
  idle.queryState.mockResolvedValue('active');
  [local, onAdded] = [createArea(), createEvent()];
  Object.assign(fake, { permissions: { onAdded }, storage: { local }, idle });
});

test.each(['idle', 'locked'])('a person who goes away (%s) locks it, and one who is there does not', async (state) => {
  createIdleLock(lock, failed);
  await idle.onStateChanged.happen('active');
  expect(lock).not.toHaveBeenCalled();
  await idle.onStateChanged.happen(state);
  expect(lock).toHaveBeenCalledOnce();
});

test('a person who went away while no worker was awake is found to be gone when one starts', async () => {
  idle.queryState.mockResolvedValue('idle');
  createIdleLock(lock, failed);
  await vi.waitFor(() => expect(lock).toHaveBeenCalledOnce());
});

test('it is listened to as soon as the permission is there, and for as long as the person chose', async () => {
  fake.idle = undefined;
  local.kept.lockAfter = 60;
  createIdleLock(lock, failed);
  fake.idle = idle;
  await onAdded.happen();
  await vi.waitFor(() => expect(idle.setDetectionInterval).toHaveBeenCalledWith(3600));
  await idle.onStateChanged.happen('locked');
  expect(lock).toHaveBeenCalledOnce();
});

test('a time that is none of those offered is the default: it is never “never”', async () => {
  local.kept.lockAfter = 1e9;
  createIdleLock(lock, failed);
  await vi.waitFor(() => expect(idle.setDetectionInterval).toHaveBeenCalledWith(900));
});

test('a lock that fails is told of', async () => {
  lock.mockRejectedValueOnce(new Error('no'));
  createIdleLock(lock, failed);
  await idle.onStateChanged.happen('idle');
  await vi.waitFor(() => expect(failed).toHaveBeenCalledOnce());
});
