import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDERS = ['docs', 'e2e', 'public', 'security', 'src', 'structure', 'tsconfig'];

const known = (await Promise.all(FOLDERS.map(pathsBelow))).flat();
const guides = (await readdir(join(ROOT, 'docs'))).filter((name) => name.endsWith('.md'));
const documents = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'PERMISSIONS.md',
  'CHANGELOG.md',
].concat(guides.map((name) => `docs/${name}`));

describe.each(documents)('%s', (document) => {
  test('names files and folders that are there, each by a path that is its alone', async () => {
    const text = await readFile(join(ROOT, document), 'utf8');
    expect(namesIn(text).filter((name) => !isThere(name))).toEqual([]);
  });

  test('links to files that are there', async () => {
    const text = await readFile(join(ROOT, document), 'utf8');
    expect(linksIn(text).filter((link) => !existsSync(join(ROOT, dirname(document), link)))).toEqual([]);
  });
});

test('what is looked for is found', () => {
  expect(namesIn('`src/model`, `x/y.ts`, `storage.sync`, `npm run dev`, `src/a.json`')).toEqual([
    'src/model',
    'x/y.ts',
    'src/a.json',
  ]);
  expect(linksIn('[a](b.md), [c](https://d.example), [e](#f), ![g](h.png), [i](j.md#k)')).toEqual([
    'b.md',
    'h.png',
    'j.md',
  ]);
  expect(['src/model', 'src/model/origin.ts', 'model/origin.ts', 'manifest.json'].filter(isThere)).toHaveLength(4);
  expect(['src/modal', 'odel/origin.ts', 'model/origins.ts', 'main.tsx'].filter(isThere)).toEqual([]);
});

/** The files and folders that a document names in backticks. */
function namesIn(text: string): string[] {
  const names = [...text.matchAll(/`(\w[\w./-]*)`/g)].map(([, name = '']) => name);
  return names.filter(
    (name) =>
      /\.(?:css|html|js|json|md|mjs|tsx?)$/.test(name) || FOLDERS.some((folder) => name.startsWith(`${folder}/`)),
  );
}

function linksIn(text: string): string[] {
  return [...text.matchAll(/\]\((?!\w+:|#)([^)#]+)/g)].map(([, link = '']) => link);
}

/** From the root, or the end of one file's path and of no other's. */
function isThere(name: string): boolean {
  return existsSync(join(ROOT, name)) || known.filter((path) => path.endsWith(`/${name}`)).length === 1;
}

async function pathsBelow(folder: string): Promise<string[]> {
  const paths = await readdir(join(ROOT, folder), { recursive: true });
  return paths.map((path) => join(folder, path));
}
