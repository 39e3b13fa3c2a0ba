import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { type Files, zipOf } from './zip.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Builds Holdfast in a folder of its own, and writes its packages with their SHA-256 checksums.
 *
 * @param out the folder to write to
 * @param hosts origins that an organization's own package has from the start; Chrome then asks nobody for them
 */
export async function makePackages(out: string, hosts: readonly string[] = []): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-package-'));
  try {
    await build({ root: ROOT, logLevel: 'warn', build: { outDir: folder } });
    const packages = packagesOf(await filesIn(folder), hosts);
    await mkdir(out, { recursive: true });
    for (const [name, bytes] of Object.entries(packages)) await writeFile(join(out, name), bytes);
    await writeFile(join(out, 'SHA256SUMS'), sumsOf(packages));
    return Object.keys(packages);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * One package to load and to hand on, with the fixed id; one for the store, which gives the id itself and refuses a `key`. Or,
 * with hosts, the one of an organization that signs it with a key of its own.
 */
export function packagesOf(files: Files, hosts: readonly string[] = []): Files {
  const { key: _, ...manifest } = JSON.parse(new TextDecoder().decode(files['manifest.json']));
  const withManifest = (changed: object): Uint8Array =>
    zipOf({ ...files, 'manifest.json': new TextEncoder().encode(`${JSON.stringify(changed, undefined, 2)}\n`) });
  const name = `holdfast-${manifest.version}`;
  if (hosts.length > 0) {
    const patterns = [...new Set(hosts.map(patternOf))].sort();
    return { [`${name}-organization.zip`]: withManifest({ ...manifest, host_permissions: patterns }) };
  }
  return { [`${name}.zip`]: zipOf(files), [`${name}-store.zip`]: withManifest(manifest) };
}

/** As `sha256sum --check` reads them. */
export function sumsOf(packages: Files): string {
  const lines = Object.entries(packages).map(
    ([name, bytes]) => `${createHash('sha256').update(bytes).digest('hex')}  ${name}\n`,
  );
  return lines.join('');
}

function patternOf(host: string): string {
  if (!URL.canParse(host) || new URL(host).origin !== host.replace(/\/$/, '')) {
    throw new Error(`${host} is not an origin, such as https://agent.example`);
  }
  return `${new URL(host).origin}/*`;
}

/** The files in a folder and below it. */
export async function filesIn(folder: string): Promise<Files> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const named = await Promise.all(
    paths.map(async (path) => [relative(folder, path).split(sep).join('/'), await readFile(path)] as const),
  );
  return Object.fromEntries(named);
}
