import { expect, test } from 'vitest';
import { createKeyedLimit } from './keyed-limit.ts';

test('of one key, so many run and so many wait; what is above is not taken, and no other key is held up', async () => {
  const limit = createKeyedLimit<string>({ atOnce: 2, waiting: 2 });
  const done: (() => void)[] = [];
  const begun: string[] = [];
  const run = (key: string, name: string) =>
    limit(key, async () => {
      begun.push(name);
      await new Promise<void>((resolve) => done.push(resolve));
      return name;
    });
  const all = ['a1', 'a2', 'a3', 'a4', 'a5'].map((name) => run('a', name));
  const other = run('b', 'b1');
  expect(await all[4]).toBeUndefined();
  expect(begun).toEqual(['a1', 'a2', 'b1']);
  done[1]?.();
  expect(await all[1]).toBe('a2');
  expect(begun).toEqual(['a1', 'a2', 'b1', 'a3']);
  for (const resolve of done) resolve();
  await all[0];
  await expect.poll(() => done.length).toBe(5);
  done[4]?.();
  expect(await Promise.all([...all, other])).toEqual(['a1', 'a2', 'a3', 'a4', undefined, 'b1']);
});

test('a task that fails makes room for the next', async () => {
  const limit = createKeyedLimit<string>({ atOnce: 1, waiting: 1 });
  const failing = limit('a', () => Promise.reject(new Error('no')));
  const next = limit('a', async () => 'next');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('next');
});
