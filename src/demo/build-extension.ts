import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** Builds `dist-devtools/`, Holdfast with its DevTools panel, from the sources as they are now. */
export async function buildExtension(): Promise<void> {
  await build({ root: fileURLToPath(new URL('../..', import.meta.url)), mode: 'devtools', logLevel: 'error' });
}
