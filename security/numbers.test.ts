import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { ARCHITECTURE, numbers, withNumbers } from './numbers.ts';

test('ARCHITECTURE.md says the numbers that the code has', async () => {
  const page = await readFile(ARCHITECTURE, 'utf8');
  expect(page).toBe(await withNumbers(page));
});

test('every number has its sentence and its value', async () => {
  const text = await numbers();
  for (const name of ['lifetimes', 'quotas']) {
    const source = await readFile(new URL(`../src/model/${name}.ts`, import.meta.url), 'utf8');
    const count = [...source.matchAll(/^export const (?!DAY_MS)/gm)].length;
    const [, part = ''] = text.split(name === 'lifetimes' ? '### Times' : '### Quotas');
    const own = name === 'lifetimes' ? (part.split('### Quotas')[0] ?? '') : part;
    expect(own.match(/^- /gm)).toHaveLength(count);
  }
  expect(text).not.toMatch(/NaN|undefined/);
});
