import { say } from '../../look/say.ts';
import { ACTS, type ActNumber, type ServerKind } from '../settings.ts';
import { ACT_NAMES, actName, afterwards, cueOf, STEP_NAMES } from './program.ts';
import type { Progress } from './progress.ts';

interface ProgramBarProps {
  readonly act: ActNumber;
  readonly servers: ServerKind;
  readonly progress: Progress;
  readonly onChoose: (act: ActNumber) => void;
  readonly onServers: (servers: ServerKind) => void;
}

/** The acts, and where the play is. A presenter reads it and needs no script. */
export function ProgramBar({ act, servers, progress, onChoose, onServers }: ProgramBarProps) {
  const { steps, next } = progress;
  const following = afterwards(act, progress);
  return (
    <header class="program">
      <nav class="acts" aria-label={say('Acts', '幕')}>
        {ACTS.map((number) => (
          <button key={number} type="button" aria-pressed={act === number} onClick={() => onChoose(number)}>
            <span>{actName(number)}</span> {ACT_NAMES[number]}
          </button>
        ))}
      </nav>
      {act < 3 && (
        <label class="servers">
          {say('Servers', 'サーバー')}
          <select value={servers} onChange={({ currentTarget }) => onServers(currentTarget.value as ServerKind)}>
            <option value="dpop">{say('that offer DPoP', 'DPoP に対応')}</option>
            <option value="bearer">{say('bearer only', 'ベアラーのみ')}</option>
          </select>
        </label>
      )}
      <div class="cue">
        <ol class="steps" aria-label={say('Clicks', '手順')}>
          {steps.map(({ name, isDone }) => (
            <li key={name} aria-current={next === name ? 'step' : undefined} class={isDone ? 'past' : ''}>
              {STEP_NAMES[name]}
            </li>
          ))}
        </ol>
        <p role="status">{cueOf(act, servers, progress)}</p>
        {following && (
          <button type="button" class="primary following" onClick={() => onChoose(following)}>
            {actName(following)} <span aria-hidden="true">▸</span>
          </button>
        )}
      </div>
    </header>
  );
}
