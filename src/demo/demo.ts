import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { check } from './story/check.ts';

await build({ root: fileURLToPath(new URL('../..', import.meta.url)), logLevel: 'warn' });
process.exitCode = (await check()) ? 0 : 1;
