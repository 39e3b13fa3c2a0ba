import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** Builds `dist/` from the sources as they are now. */
export async function buildExtension(): Promise<void> {
  await build({ root: fileURLToPath(new URL('../..', import.meta.url)), logLevel: 'error' });
}
