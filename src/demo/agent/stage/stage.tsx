import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { say } from '../../look/say.ts';
import type { Folio } from '../folio.ts';
import { type ActNumber, type Settings, setQuery } from '../settings.ts';
import { FolioApp } from '../view/folio-app.tsx';
import { DrillGuide } from './drill-guide.tsx';
import type { Eavesdropper } from './eavesdrop.ts';
import { findExhibits } from './exhibit.ts';
import { Glass } from './glass.tsx';
import { ProgramBar } from './program-bar.tsx';
import { progressOf, type Seen } from './progress.ts';
import { useReadings } from './readings.ts';
import { ServerLog } from './server-log.tsx';
import { useServerView } from './server-view.ts';
import { useProtection } from './use-protection.ts';
import { useThief } from './use-thief.ts';

interface StageProps {
  readonly folio: Folio;
  readonly eavesdropper: Eavesdropper;
  /** The thief's origin. */
  readonly thief: string;
  readonly settings: Settings;
}

/** Left the agent, right the thief, between them what the page's script can read. */
export function Stage({ folio, eavesdropper: { overheard, isWrapped }, thief, settings }: StageProps) {
  const act = useSignal(settings.act);
  const hasDashboard = useSignal(false);
  const hasWeakened = useSignal(false);
  const readings = useReadings(overheard);
  const exhibits = findExhibits(readings);
  const loot = useThief(thief, `${act.value} ${settings.servers}`);
  const isProtected = useProtection(act.value === 2 && !isWrapped);
  const { view, weaken } = useServerView(act.value === 3);
  const choose = (next: ActNumber) => {
    if (next === 3 && settings.servers === 'bearer') return reopen({ act: '3', servers: 'dpop' });
    act.value = next;
    setQuery('act', String(next));
  };
  useEffect(() => {
    if (view.weak.length > 0) hasWeakened.value = true;
  }, [view.weak.length]);

  const holds = holdingsOf(exhibits);
  const progress = progressOf(act.value, {
    isSignedIn: folio.isSignedIn.value || (folio.phase.value.name === 'working' && holds !== 'nothing'),
    keepsTokens: holdingsOf(findExhibits(readings.filter(({ place }) => place !== 'fetch'))) === 'tokens',
    ...{ holds, isProtected, isInPage: isWrapped, loot },
    ...{ hasDashboard: hasDashboard.value, hasDrilled: view.drilled, hasWeakened: hasWeakened.value },
  });
  return (
    <main class="stage" aria-label={say('Stage', '舞台')}>
      <ProgramBar
        act={act.value}
        servers={settings.servers}
        progress={progress}
        onChoose={choose}
        onServers={(servers) => reopen({ servers })}
      />
      <FolioApp folio={folio} signInStep={act.value === 2 ? 4 : 1} />
      {act.value === 3 ? (
        <>
          <DrillGuide
            view={view}
            steps={progress.steps}
            onDashboard={() => {
              hasDashboard.value = true;
            }}
            onWeaken={(weak) => void weaken(weak)}
          />
          <ServerLog view={view} />
        </>
      ) : (
        <>
          <Glass
            readings={readings}
            exhibits={exhibits}
            step={act.value === 2 ? 5 : 2}
            maySteal={progress.maySteal}
            loot={`${thief}/loot`}
          />
          <iframe
            class="thief-frame"
            src={`${thief}/?step=${act.value === 2 ? 6 : 3}`}
            title={say('The thief', '泥棒')}
          />
        </>
      )}
    </main>
  );
}

/** What the page holds, to a thief: one token that opens a door is enough. */
function holdingsOf(exhibits: ReturnType<typeof findExhibits>): Seen['holds'] {
  const kinds = new Set(exhibits.map(({ kind }) => kind));
  if (kinds.has('bearer')) return 'tokens';
  if (kinds.has('handle') || kinds.has('bound')) return 'handles';
  return kinds.has('opaque') ? 'tokens' : 'nothing';
}

/** Loads the stage anew, with other settings. */
function reopen(query: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(query)) setQuery(name, value);
  location.reload();
}
