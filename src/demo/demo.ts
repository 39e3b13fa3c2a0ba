import { buildExtension } from './build-extension.ts';
import { check } from './story/check.ts';
import { show } from './story/show.ts';

process.stdout.write('holdfast: Building the extension\n');
await buildExtension();
if (process.argv.includes('--check')) process.exitCode = (await check()) ? 0 : 1;
else await show().catch(explain);

function explain(error: unknown): void {
  const { code, port } = error as { code?: unknown; port?: unknown };
  if (code !== 'EADDRINUSE') throw error;
  process.stderr.write(
    `holdfast: Port ${port} is taken. Is another demo running? Stop it, or set HOLDFAST_PORT=7100.\n`,
  );
  process.exitCode = 1;
}
