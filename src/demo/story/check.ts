import Table from 'cli-table3';
import type { SdkVersion } from '../agent/settings.ts';
import type { Line, Verdict } from './line.ts';
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
  const table = new Table({
    head: ['What was tried', 'Bearer session', 'Holdfast session'],
    colWidths: [38, 40, 44],
    wordWrap: true,
    style: { head: ['bold'], border: ['grey'] },
  });
  const wrong: string[] = [];
  for (const sdk of SDKS) {
    for (const { binding, name } of SERVERS) {
      const title = `Unmodified SDK ${sdk}, ${name}`;
      table.push([{ colSpan: 3, content: title }]);
      for (const line of await play(sdk, binding)) {
        table.push([line.tried, inWords(line.bearer), inWords(line.holdfast)]);
        if (!isRight(line)) wrong.push(`${title}: ${line.tried}`);
      }
    }
  }
  console.log(table.toString());
  for (const line of wrong) console.error(`Wrong: ${line}`);
  if (wrong.length === 0) console.log('Every line is as it has to be. Each verdict is a server’s own answer.');
  return wrong.length === 0;
}

function isRight({ bearer, holdfast }: Line): boolean {
  return bearer.asExpected && holdfast.asExpected;
}

function inWords({ seen, asExpected }: Verdict): string {
  return `${asExpected ? '✓' : '✗'} ${seen}`;
}
