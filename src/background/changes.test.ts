import { expect, test, vi } from 'vitest';
import { anOrigin } from '../model/brands.fixture.ts';
import { createChanges } from './changes.ts';

const AGENT = anOrigin('https://agent.example');

test('whoever listens hears at once what is told, each in the order in which they came', () => {
  const changes = createChanges();
  const heard: string[] = [];
  changes.on('agent', (agent) => heard.push(`first ${agent}`));
  changes.on('agent', (agent) => heard.push(`second ${agent}`));
  changes.on('left', (agent) => heard.push(`left ${agent}`));
  changes.tell('agent', AGENT);
  expect(heard).toEqual([`first ${AGENT}`, `second ${AGENT}`]);
});

test('a listener that fails keeps nobody from hearing, and its failure is told', async () => {
  const changes = createChanges();
  const [failed, other] = [vi.fn(), vi.fn()];
  const error = new Error('no storage');
  changes.on('failed', failed);
  changes.on('locking', () => {
    throw error;
  });
  changes.on('locking', other);
  changes.tell('locking');
  await vi.waitFor(() => expect(failed).toHaveBeenCalledExactlyOnceWith(error, undefined));
  expect(other).toHaveBeenCalledOnce();
});

test('what may not go on before everybody has done their part waits for them, and fails with them', async () => {
  const changes = createChanges();
  let isDone = false;
  changes.on('locking', async () => {
    await new Promise((resolve) => setTimeout(resolve));
    isDone = true;
  });
  await changes.carryOut('locking');
  expect(isDone).toBe(true);
  changes.on('locking', async () => Promise.reject(new Error('no rules')));
  await expect(changes.carryOut('locking')).rejects.toThrow('no rules');
});
