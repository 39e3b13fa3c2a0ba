import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { GUARDS } from './guards.ts';
import { tableOf } from './table.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const guards = Object.values(GUARDS).flat();
const testFiles = filesBelow('src', '.test.ts').concat(filesBelow('e2e', '.spec.ts'));

test('each guard promises something of its own, says where, and is attacked', () => {
  for (const { promise, places, tests } of guards) {
    expect(places.length, promise).toBeGreaterThan(0);
    expect(Object.values(tests).flat().length, promise).toBeGreaterThan(0);
    for (const [file, names] of Object.entries(tests)) expect(names.length, `${promise}: ${file}`).toBeGreaterThan(0);
  }
  expect(new Set(guards.map(({ promise }) => promise)).size).toBe(guards.length);
});

test('each place is there', () => {
  const sources = new Set(filesBelow('src', ''));
  const missing = guards.flatMap(({ places }) => places).filter((place) => !sources.has(join(ROOT, 'src', place)));
  expect(missing).toEqual([]);
});

test('each test is there, in a file that its name alone tells', () => {
  const missing: string[] = [];
  for (const { tests } of guards) {
    for (const [file, names] of Object.entries(tests)) {
      const found = testFiles.filter((path) => basename(path) === file);
      expect(found, file).toHaveLength(1);
      const text = readable(readFileSync(found[0] ?? '', 'utf8'));
      missing.push(...names.filter((name) => !text.includes(readable(name))).map((name) => `${file}: ${name}`));
    }
  }
  expect(missing).toEqual([]);
});

test('the page for people says the same', () => {
  expect(readFileSync(join(ROOT, 'docs/guards.md'), 'utf8')).toBe(tableOf(GUARDS));
});

function filesBelow(folder: string, end: string): string[] {
  const below = join(ROOT, folder);
  const files = readdirSync(below, { recursive: true, encoding: 'utf8' });
  return files.filter((path) => path.endsWith(end)).map((path) => join(below, path));
}

/** A name as it reads, however its source quotes and wraps it. */
function readable(text: string): string {
  return text.replace(/\\(['"`*\\])/g, '$1').replace(/\s+/g, ' ');
}
