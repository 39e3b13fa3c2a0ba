import { Step } from '../../look/step.tsx';
import type { Weakness } from '../../resource/weakness.ts';
import type { ServerView } from './server-view.ts';

/** Shortcuts that real servers take, in words. */
const SHORTCUTS: readonly (readonly [Weakness, string])[] = [
  ['bearer', 'Takes a bound token without a proof, as Bearer'],
  ['otherKey', 'Does not compare the proof’s key with the token’s'],
  ['wrongUrl', 'Does not look at the URL in the proof'],
  ['replayed', 'Does not remember the proofs it has seen'],
  ['symmetric', 'Takes a proof that is signed with HS256'],
];

/** Opens one of Holdfast’s own pages. `npm run demo` lends it to the stage; in a browser of one’s own it is missing. */
type OpenHoldfast = (view: 'dashboard') => Promise<void>;

interface DrillGuideProps {
  readonly view: ServerView;
  readonly onWeaken: (weak: readonly Weakness[]) => void;
}

/** The third act: Holdfast itself plays the thief, and says whether the server is as strict as it promises. */
export function DrillGuide({ view, onWeaken }: DrillGuideProps) {
  const { openHoldfast } = window as { openHoldfast?: OpenHoldfast };
  const toggle = (weakness: Weakness) => {
    const { weak } = view;
    onWeaken(weak.includes(weakness) ? weak.filter((one) => one !== weakness) : [...weak, weakness]);
  };
  return (
    <section class="glass drill-guide" aria-labelledby="drill-title">
      <header class="panel-head">
        <h2 id="drill-title">Does this server keep its promise?</h2>
        <p>Holdfast plays the thief, with the real token. Nobody else can.</p>
      </header>
      <ol class="clicks">
        <li>
          <h3>
            <Step number={1} /> Open the dashboard
          </h3>
          {openHoldfast ? (
            <button type="button" class="primary" onClick={() => void openHoldfast('dashboard')}>
              Open the dashboard
            </button>
          ) : (
            <p>Click the Holdfast icon, then “Dashboard”, and open the session of this site.</p>
          )}
        </li>
        <li>
          <h3>
            <Step number={2} /> Run the drill
          </h3>
          <p>
            In the session, click “Run the drill”. Every line is one forged request, and the server’s own answer. On the
            right is what the server saw.
          </p>
        </li>
        <li>
          <h3>
            <Step number={3} /> Weaken the server, and run it again
          </h3>
          <fieldset>
            <legend>Shortcuts that real servers take</legend>
            {SHORTCUTS.map(([weakness, words]) => (
              <label key={weakness}>
                <input type="checkbox" checked={view.weak.includes(weakness)} onChange={() => toggle(weakness)} />
                {words}
              </label>
            ))}
          </fieldset>
        </li>
      </ol>
      <p class="drill-tip">
        For developers: open DevTools on this page (F12) and its panel “MCP sessions”. Each request is there, with its
        proof read claim by claim.
      </p>
    </section>
  );
}
