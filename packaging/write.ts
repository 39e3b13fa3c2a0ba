import { parseArgs } from 'node:util';
import { makePackages } from './package.ts';

const { values } = parseArgs({
  options: { out: { type: 'string', default: 'packages' }, host: { type: 'string', multiple: true, default: [] } },
});
for (const name of await makePackages(values.out, values.host)) process.stdout.write(`${values.out}/${name}\n`);
