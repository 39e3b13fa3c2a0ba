import type { ComponentChildren } from 'preact';
import browser from '../../browser.ts';
import { CopyButton } from '../../copy/copy-button.tsx';
import { moment, say } from '../../words.ts';
import { download, fileName } from '../download.ts';
import { asJson, asMarkdown, type FinishedDrill } from './report.ts';
import { repetitionWords, tallyWords, verdictMeaning, verdictWords } from './words.ts';

interface Props {
  readonly report: FinishedDrill;
  /** What else can be done. */
  readonly children: ComponentChildren;
}

/** What the drill came to, and its report to take away. */
export function VerdictPanel({ report, children }: Props) {
  const { verdict, at, lines } = report;
  const repetition = repetitionWords(lines);
  const { version } = browser.runtime.getManifest();
  return (
    <div class={`verdict verdict-${verdict.kind}`}>
      <p role="status">
        <strong>{verdictWords(verdict)}</strong> <span class="tally">{tallyWords(lines)}</span>
      </p>
      <p>{verdictMeaning(verdict)}</p>
      {repetition && <p>{repetition}</p>}
      <p class="quiet when">{say('drillLast', moment(at))}</p>
      <div class="actions">
        {children}
        <CopyButton label={say('drillCopy')} text={() => asMarkdown(report, version)} />
        <button
          type="button"
          onClick={() => download(fileName('drill', at, 'json'), 'application/json', asJson(report, version))}
        >
          {say('drillSave')}
        </button>
      </div>
    </div>
  );
}
