interface Act {
  readonly number: 1 | 2;
  readonly name: string;
  readonly cue: string;
}

const ACTS: readonly [Act, Act] = [
  {
    number: 1,
    name: 'Without protection',
    cue: 'An ordinary agent, an ordinary bearer token. Script in the page takes it, and the thief uses it.',
  },
  {
    number: 2,
    name: 'With Holdfast',
    cue: 'Sign out. In the Holdfast popup, click Protect this site. Then the same three clicks.',
  },
];

const STEPS = ['Sign in', 'Steal it', 'Try it'] as const;

interface ProgramBarProps {
  readonly act: 1 | 2;
  /** The click that comes next. */
  readonly step: number;
  readonly onChoose: (act: 1 | 2) => void;
}

/** The acts, and where the play is. A presenter reads it and needs no script. */
export function ProgramBar({ act, step, onChoose }: ProgramBarProps) {
  const { cue } = ACTS[act - 1] ?? ACTS[0];
  return (
    <header class="program">
      <nav class="acts" aria-label="Acts">
        {ACTS.map(({ number, name }) => (
          <button key={number} type="button" aria-pressed={act === number} onClick={() => onChoose(number)}>
            <span>Act {number}</span> {name}
          </button>
        ))}
      </nav>
      <p class="cue">{cue}</p>
      <ol class="steps" aria-label="Clicks">
        {STEPS.map((name, index) => (
          <li key={name} aria-current={step === index + 1 ? 'step' : undefined} class={step > index + 1 ? 'past' : ''}>
            {name}
          </li>
        ))}
      </ol>
    </header>
  );
}
