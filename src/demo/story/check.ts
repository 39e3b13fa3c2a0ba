import Table from 'cli-table3';
import type { SdkVersion } from '../agent/settings.ts';
import type { Binding } from '../binding.ts';
import type { Line, Remark, Verdict } from './line.ts';
import { play } from './play.ts';

const SDKS: readonly SdkVersion[] = ['v1', 'v2'];

const SERVERS = [
  { binding: 'offered', name: 'servers that take bearer tokens, and DPoP where it is offered' },
  { binding: 'required', name: 'servers that demand DPoP and nonces' },
  { binding: 'none', name: 'servers that know bearer tokens alone' },
] as const;

/**
 * Plays the whole story and prints, line by line, what became of it.
 *
 * @returns whether every line is as it has to be
 */
export async function check(): Promise<boolean> {
  const wrong: string[] = [];
  for (const sdk of SDKS) {
    const played = new Map<Binding, readonly Line[]>();
    for (const { binding, name } of SERVERS) {
      const title = `Unmodified SDK ${sdk}, ${name}`;
      const lines = await play(sdk, binding);
      played.set(binding, lines);
      console.log(`\n${title}\n${drawn(lines)}`);
      wrong.push(...lines.filter((line) => !isRight(line)).map(({ tried }) => `${title}: ${tried}`));
    }
    console.log(`\nUnmodified SDK ${sdk}, side by side\n${sideBySide(played)}`);
  }
  for (const line of wrong) console.error(`Wrong: ${line}`);
  if (wrong.length === 0) console.log('\nEvery line is as it has to be. Each verdict is a server’s own answer.');
  return wrong.length === 0;
}

const NO_RULES = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };

function drawn(lines: readonly Line[]): string {
  const rows = lines.map(({ tried, bearer, holdfast }) => [tried, inWords(bearer), inWords(holdfast)]);
  return tableOf(['What was tried', 'Bearer session', 'Holdfast session'], [44, 40, 46], rows);
}

/** What a thief gets of the three kinds of sessions: the lines that all of them have. */
function sideBySide(played: ReadonlyMap<Binding, readonly Line[]>): string {
  const bound = played.get('offered') ?? [];
  const rows = (played.get('none') ?? []).flatMap(({ tried, bearer, holdfast }, index) => {
    const same = bound[index];
    return same?.tried === tried ? [[tried, inWords(bearer), inWords(holdfast), inWords(same.holdfast)]] : [];
  });
  return tableOf(['What was tried', 'Exposed', 'Held', 'Bound'], [44, 32, 36, 46], rows);
}

function tableOf(head: string[], colWidths: number[], rows: string[][]): string {
  const table = new Table({ head, colWidths, wordWrap: true, chars: NO_RULES, style: { head: [], border: [] } });
  table.push(...rows);
  return table.toString();
}

function isRight({ bearer, holdfast }: Line): boolean {
  return (typeof bearer === 'string' || bearer.asExpected) && holdfast.asExpected;
}

function inWords(cell: Verdict | Remark): string {
  return typeof cell === 'string' ? `  ${cell}` : `${cell.asExpected ? '✓' : '✗'} ${cell.seen}`;
}
