import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** The built page of the test agent. */
export const AGENT_PAGE = fileURLToPath(new URL('../../.demo/test-agent', import.meta.url));

/** Builds the extension, with and without its DevTools panel, and the test agent's page, once for a run. */
export default async function globalSetup(): Promise<void> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  await Promise.all([
    build({ root, logLevel: 'warn' }),
    build({ root, mode: 'devtools', logLevel: 'warn' }),
    build({
      configFile: false,
      root: fileURLToPath(new URL('./agent-page', import.meta.url)),
      logLevel: 'warn',
      worker: { format: 'es' },
      build: { outDir: AGENT_PAGE, emptyOutDir: true, target: 'es2023', chunkSizeWarningLimit: 2000 },
    }),
  ]);
}
