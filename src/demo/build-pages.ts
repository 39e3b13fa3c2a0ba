import { createHash } from 'node:crypto';
import { access, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InlineConfig } from 'vite';

const SOURCES = fileURLToPath(new URL('.', import.meta.url));
const OUTPUT = fileURLToPath(new URL('../../.demo/pages', import.meta.url));

/**
 * Builds the agent's and the thief's pages, unless this very state of their sources is built already. Each state has a
 * folder of its own, so that test runs side by side do not take each other's files away.
 *
 * @returns the folder that holds `agent/` and `thief/`
 */
export async function buildPages(): Promise<string> {
  const folder = join(OUTPUT, await fingerprint());
  if (await exists(folder)) return folder;

  const { build } = await import('vite');
  const draft = `${folder}.${process.pid}`;
  await Promise.all([
    build(page('agent', draft, ['index.html', 'callback.html'])),
    build(page('thief', draft, ['index.html'])),
  ]);
  await rename(draft, folder).catch(async (error: unknown) => {
    await rm(draft, { recursive: true });
    if (!(await exists(folder))) throw error;
  });
  return folder;
}

function page(name: string, folder: string, entries: readonly string[]): InlineConfig {
  const root = join(SOURCES, name);
  return {
    configFile: false,
    root,
    logLevel: 'warn',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir: join(folder, name),
      emptyOutDir: false,
      target: 'es2022',
      chunkSizeWarningLimit: 2000,
      rolldownOptions: { input: entries.map((entry) => join(root, entry)) },
    },
  };
}

async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  for (const part of ['agent', 'thief', 'look']) {
    const files = await readdir(join(SOURCES, part), { recursive: true, withFileTypes: true });
    const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
    for (const path of paths.sort()) hash.update(path.slice(SOURCES.length)).update(await readFile(path));
  }
  hash.update(await readFile(join(SOURCES, 'build-pages.ts')));
  hash.update(await readFile(join(SOURCES, '../../package-lock.json')));
  return hash.digest('hex').slice(0, 12);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
