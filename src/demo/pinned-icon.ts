import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { extensionId } from './extension-id.ts';

/**
 * Pins an unpacked extension's icon to the toolbar of a profile that no browser has started with yet. Chrome hides icons
 * in a menu until people pin them.
 */
export async function pinIcon(profile: string, extension: string): Promise<void> {
  const folder = join(profile, 'Default');
  await mkdir(folder, { recursive: true });
  const preferences = { extensions: { pinned_extensions: [extensionId(extension)] } };
  await writeFile(join(folder, 'Preferences'), JSON.stringify(preferences));
}
