import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Builds `dist-devtools/`, Holdfast with its DevTools panel, from the sources as they are now. What the bundler says of its own
 * options is nothing for whoever starts the demo: it is shown where the build fails.
 */
export async function buildExtension(): Promise<void> {
  const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin/vite.js');
  await promisify(execFile)(process.execPath, [vite, 'build', '--mode', 'devtools'], { cwd: ROOT }).catch(
    ({ stdout, stderr }: { stdout: string; stderr: string }) => {
      throw new Error(`The extension could not be built.\n${stdout}${stderr}`);
    },
  );
}
