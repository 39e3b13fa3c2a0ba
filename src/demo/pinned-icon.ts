import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Pins an unpacked extension's icon to the toolbar of a profile that no browser has started with yet. Chrome hides icons
 * in a menu until people pin them.
 */
export async function pinIcon(profile: string, extension: string): Promise<void> {
  const folder = join(profile, 'Default');
  await mkdir(folder, { recursive: true });
  const preferences = { extensions: { pinned_extensions: [idOf(extension)] } };
  await writeFile(join(folder, 'Preferences'), JSON.stringify(preferences));
}

/** The id that Chrome gives to an unpacked extension without a `key`: of its path's digest 128 bits, in the letters a to p. */
function idOf(extension: string): string {
  const path = Buffer.from(extension, process.platform === 'win32' ? 'utf16le' : 'utf8');
  const digest = createHash('sha256').update(path).digest('hex').slice(0, 32);
  return [...digest].map((digit) => String.fromCharCode('a'.charCodeAt(0) + Number.parseInt(digit, 16))).join('');
}
