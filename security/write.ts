import { writeFileSync } from 'node:fs';
import { GUARDS } from './guards.ts';
import { tableOf } from './table.ts';

writeFileSync(new URL('../docs/guards.md', import.meta.url), tableOf(GUARDS));
