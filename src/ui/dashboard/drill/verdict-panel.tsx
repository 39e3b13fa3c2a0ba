import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import browser from 'webextension-polyfill';
import { moment, say } from '../../words.ts';
import { download, fileName } from '../download.ts';
import { asJson, asMarkdown, type FinishedDrill } from './report.ts';
import { verdictMeaning, verdictWords } from './words.ts';

interface Props {
  readonly report: FinishedDrill;
  /** What else can be done. */
  readonly children: ComponentChildren;
}

/** What the drill came to, and its report to take away. */
export function VerdictPanel({ report, children }: Props) {
  const copied = useSignal(false);
  const { verdict, at } = report;
  const { version } = browser.runtime.getManifest();
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(asMarkdown(report, version));
    copied.value = true;
    setTimeout(() => {
      copied.value = false;
    }, 1500);
  };
  return (
    <div class={`verdict verdict-${verdict.kind}`}>
      <p role="status">
        <strong>{verdictWords(verdict)}</strong>
      </p>
      <p>{verdictMeaning(verdict)}</p>
      <p class="quiet when">{say('drillLast', moment(at))}</p>
      <div class="actions">
        {children}
        <button type="button" onClick={copy}>
          {say('drillCopy')}
        </button>
        <button
          type="button"
          onClick={() => download(fileName('drill', at, 'json'), 'application/json', asJson(report, version))}
        >
          {say('drillSave')}
        </button>
        <span class="quiet" role="status">
          {copied.value && say('copied')}
        </span>
      </div>
    </div>
  );
}
