import Table from 'cli-table3';
import type { SdkVersion } from '../agent/settings.ts';
import type { Line, Remark, Verdict } from './line.ts';
import { play } from './play.ts';

const SDKS: readonly SdkVersion[] = ['v1', 'v2'];

const SERVERS = [
  { binding: 'offered', name: 'servers that take bearer tokens, and DPoP where it is offered' },
  { binding: 'required', name: 'servers that demand DPoP and nonces' },
] as const;

/**
 * Plays the whole story and prints, line by line, what became of it.
 *
 * @returns whether every line is as it has to be
 */
export async function check(): Promise<boolean> {
  const wrong: string[] = [];
  for (const sdk of SDKS) {
    for (const { binding, name } of SERVERS) {
      const title = `Unmodified SDK ${sdk}, ${name}`;
      const lines = await play(sdk, binding);
      console.log(`\n${title}\n${drawn(lines)}`);
      wrong.push(...lines.filter((line) => !isRight(line)).map(({ tried }) => `${title}: ${tried}`));
    }
  }
  for (const line of wrong) console.error(`Wrong: ${line}`);
  if (wrong.length === 0) console.log('\nEvery line is as it has to be. Each verdict is a server’s own answer.');
  return wrong.length === 0;
}

const NO_RULES = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };

function drawn(lines: readonly Line[]): string {
  const table = new Table({
    head: ['What was tried', 'Bearer session', 'Holdfast session'],
    colWidths: [44, 40, 46],
    wordWrap: true,
    chars: NO_RULES,
    style: { head: [], border: [] },
  });
  for (const { tried, bearer, holdfast } of lines) table.push([tried, inWords(bearer), inWords(holdfast)]);
  return table.toString();
}

function isRight({ bearer, holdfast }: Line): boolean {
  return (typeof bearer === 'string' || bearer.asExpected) && holdfast.asExpected;
}

function inWords(cell: Verdict | Remark): string {
  return typeof cell === 'string' ? `  ${cell}` : `${cell.asExpected ? '✓' : '✗'} ${cell.seen}`;
}
