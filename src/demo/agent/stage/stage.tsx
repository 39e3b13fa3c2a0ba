import { type ReadonlySignal, useSignal } from '@preact/signals';
import type { Folio } from '../folio.ts';
import { setQuery } from '../settings.ts';
import { FolioApp } from '../view/folio-app.tsx';
import { Glass } from './glass.tsx';
import { ProgramBar } from './program-bar.tsx';

interface StageProps {
  readonly folio: Folio;
  readonly overheard: ReadonlySignal<readonly string[]>;
  /** The thief's origin. */
  readonly thief: string;
  readonly firstAct: 1 | 2;
}

/** Left the agent, right the thief, between them what the page's script can read. */
export function Stage({ folio, overheard, thief, firstAct }: StageProps) {
  const act = useSignal(firstAct);
  const stolen = useSignal(false);
  const choose = (next: 1 | 2) => {
    act.value = next;
    stolen.value = false;
    setQuery('act', String(next));
  };
  const step = stolen.value ? 3 : folio.isSignedIn.value ? 2 : 1;
  return (
    <main class="stage" aria-label="Stage">
      <ProgramBar act={act.value} step={step} onChoose={choose} />
      <FolioApp folio={folio} />
      <Glass
        overheard={overheard}
        loot={`${thief}/loot`}
        onSteal={() => {
          stolen.value = true;
        }}
      />
      <iframe class="thief-frame" src={thief} title="The thief" />
    </main>
  );
}
