import { type ReadonlySignal, useSignal } from '@preact/signals';
import type { Folio } from '../folio.ts';
import { type ActNumber, setQuery } from '../settings.ts';
import { FolioApp } from '../view/folio-app.tsx';
import { DrillGuide } from './drill-guide.tsx';
import { Glass } from './glass.tsx';
import { ProgramBar } from './program-bar.tsx';
import { ServerLog } from './server-log.tsx';
import { useServerView } from './server-view.ts';

interface StageProps {
  readonly folio: Folio;
  readonly overheard: ReadonlySignal<readonly string[]>;
  /** The thief's origin. */
  readonly thief: string;
  readonly firstAct: ActNumber;
}

/** Left the agent, right the thief, between them what the page's script can read. */
export function Stage({ folio, overheard, thief, firstAct }: StageProps) {
  const act = useSignal(firstAct);
  const stolen = useSignal(false);
  const choose = (next: ActNumber) => {
    act.value = next;
    stolen.value = false;
    setQuery('act', String(next));
  };
  const robbery = stolen.value ? 3 : folio.isSignedIn.value ? 2 : 1;
  const step = act.value === 3 ? 1 : robbery;
  return (
    <main class="stage" aria-label="Stage">
      <ProgramBar act={act.value} step={step} onChoose={choose} />
      <FolioApp folio={folio} />
      {act.value === 3 ? (
        <Drill />
      ) : (
        <>
          <Glass
            overheard={overheard}
            loot={`${thief}/loot`}
            onSteal={() => {
              stolen.value = true;
            }}
          />
          <iframe class="thief-frame" src={thief} title="The thief" />
        </>
      )}
    </main>
  );
}

/** The third act has the guide in the middle, and the server on the right. */
function Drill() {
  const { view, weaken } = useServerView();
  return (
    <>
      <DrillGuide view={view} onWeaken={(weak) => void weaken(weak)} />
      <ServerLog view={view} />
    </>
  );
}
