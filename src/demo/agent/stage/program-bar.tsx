import type { ActNumber } from '../settings.ts';

interface Act {
  readonly number: ActNumber;
  readonly name: string;
  readonly cue: string;
  /** The clicks, in their order. */
  readonly steps: readonly string[];
}

const ROBBERY = ['Sign in', 'Steal it', 'Try it'] as const;

const PROGRAM: readonly [Act, Act, Act] = [
  {
    number: 1,
    name: 'Without protection',
    cue: 'An ordinary agent, an ordinary bearer token. Script in the page takes it, and the thief uses it.',
    steps: ROBBERY,
  },
  {
    number: 2,
    name: 'With Holdfast',
    cue: 'Sign out. Click the green lock in the toolbar, Protect this site, and reload the page. Then the same three clicks.',
    steps: ROBBERY,
  },
  {
    number: 3,
    name: 'The drill',
    cue: 'A token that is bound is worth what its server checks. Holdfast tries every trick, and shows the answers.',
    steps: ['Dashboard', 'Drill', 'Weaken'],
  },
];

interface ProgramBarProps {
  readonly act: ActNumber;
  /** The click that comes next. */
  readonly step: number;
  readonly onChoose: (act: ActNumber) => void;
}

/** The acts, and where the play is. A presenter reads it and needs no script. */
export function ProgramBar({ act, step, onChoose }: ProgramBarProps) {
  const { cue, steps } = PROGRAM[act - 1] ?? PROGRAM[0];
  return (
    <header class="program">
      <nav class="acts" aria-label="Acts">
        {PROGRAM.map(({ number, name }) => (
          <button key={number} type="button" aria-pressed={act === number} onClick={() => onChoose(number)}>
            <span>Act {number}</span> {name}
          </button>
        ))}
      </nav>
      <p class="cue">{cue}</p>
      <ol class="steps" aria-label="Clicks">
        {steps.map((name, index) => (
          <li key={name} aria-current={step === index + 1 ? 'step' : undefined} class={step > index + 1 ? 'past' : ''}>
            {name}
          </li>
        ))}
      </ol>
    </header>
  );
}
