import type { Guard } from './guard.ts';

/** The guards as a page for people. @param guards by what they are about */
export function tableOf(guards: Readonly<Record<string, readonly Guard[]>>): string {
  const sections = Object.entries(guards).map(
    ([about, list]) => `## ${about}\n\n| guard | where | test |\n|---|---|---|\n${list.map(rowOf).join('\n')}\n`,
  );
  return `${HEAD}\n${sections.join('\n')}`;
}

const HEAD = `# Each guard, and the tests that attack it

Made by \`npm run guards\` from [security/guards.ts](../security/guards.ts): change it there. Each guard was taken out of the
code, alone, and the tests named beside it were seen to fail. Browser tests (\`.spec.ts\`) are in \`e2e\`, the others stand
beside the code or in \`src/scenarios\`.
`;

function rowOf({ promise, places, tests }: Guard): string {
  const where = places.map((place) => `\`${place}\``).join(', ');
  const attacks = Object.entries(tests).map(
    ([file, names]) => `\`${file}\` ${names.map((name) => `*${escaped(name)}*`).join(', ')}`,
  );
  return `| ${promise} | ${where} | ${attacks.join('; ')} |`;
}

const escaped = (name: string): string => name.replace(/[*|]/g, '\\$&');
