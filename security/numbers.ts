import { readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import * as lifetimes from '../src/model/lifetimes.ts';
import * as quotas from '../src/model/quotas.ts';

/** Between these lines ARCHITECTURE.md says the numbers that the code has. */
export const MARKS = ['<!-- numbers: written by `npm run numbers` -->', '<!-- end of numbers -->'] as const;

type Value = number | Readonly<Record<string, number>>;

/** The numbers of a module of `src/model`, as lists in its order, with its own sentences. */
async function listed(module: string, values: Readonly<Record<string, Value>>): Promise<string> {
  const source = await readFile(new URL(`../src/model/${module}.ts`, import.meta.url), 'utf8');
  const parts = source.matchAll(/^\/\/ (?<part>.+)$|^\/\*\* (?<what>.+) \*\/\nexport const (?<name>\w+)/gm);
  const lines = [...parts].map(({ groups: { part, what, name } = {} }) => {
    if (part) return `\n${part}\n`;
    return `- ${what}: **${said(name ?? '', values[name ?? ''] ?? Number.NaN)}**`;
  });
  return lines.join('\n').trim();
}

function said(name: string, value: Value): string {
  if (typeof value === 'number') return name.endsWith('_MS') ? time(value) : value.toLocaleString('en');
  return Object.entries(value)
    .map(([member, number]) =>
      member.endsWith('Ms') ? `${member.slice(0, -2)} ${time(number)}` : `${member} ${number.toLocaleString('en')}`,
    )
    .join(', ');
}

function time(milliseconds: number): string {
  const units = [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1_000, 's'],
  ] as const;
  const [size, unit] = units.find(([one]) => milliseconds >= one) ?? [1, 'ms'];
  return `${milliseconds / size} ${unit}`;
}

/** The section of ARCHITECTURE.md, between its marks. */
export async function numbers(): Promise<string> {
  return `### Times\n\n${await listed('lifetimes', lifetimes)}\n\n### Quotas\n\n${await listed('quotas', quotas)}`;
}

/** The page with its numbers as they are now. @throws Error where it has no marks */
export async function withNumbers(page: string): Promise<string> {
  const [before, after] = [page.indexOf(MARKS[0]), page.indexOf(MARKS[1])];
  if (before < 0 || after < before) throw new Error('ARCHITECTURE.md has no place for the numbers');
  return `${page.slice(0, before + MARKS[0].length)}\n\n${await numbers()}\n\n${page.slice(after)}`;
}

export const ARCHITECTURE = new URL('../ARCHITECTURE.md', import.meta.url);

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await writeFile(ARCHITECTURE, await withNumbers(await readFile(ARCHITECTURE, 'utf8')));
}
