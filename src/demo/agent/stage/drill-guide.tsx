import { say } from '../../look/say.ts';
import { Step } from '../../look/step.tsx';
import type { Weakness } from '../../resource/weakness.ts';
import { STEP_NAMES } from './program.ts';
import type { Step as StepSeen } from './progress.ts';
import type { ServerView } from './server-view.ts';

/** Shortcuts that real servers take, in words. */
const SHORTCUTS: readonly (readonly [Weakness, string])[] = [
  [
    'bearer',
    say('Takes a bound token without a proof, as Bearer', '紐づいたトークンを、証明なしの Bearer で受け入れる'),
  ],
  ['otherKey', say('Does not compare the proof’s key with the token’s', '証明の鍵とトークンの鍵を比べない')],
  ['wrongUrl', say('Does not look at the URL in the proof', '証明の URL を確認しない')],
  ['replayed', say('Does not remember the proofs it has seen', '使用済みの証明を覚えない')],
  ['symmetric', say('Takes a proof that is signed with HS256', 'HS256 で署名された証明を受け入れる')],
  ['repeatsToken', say('Repeats the token in its answers', '応答でトークンを繰り返す')],
];

/** Opens one of Holdfast’s own pages. `npm run demo` lends it to the stage; in a browser of one’s own it is missing. */
type OpenHoldfast = (view: 'dashboard') => Promise<void>;

interface DrillGuideProps {
  readonly view: ServerView;
  /** The act's clicks, and which of them are done. */
  readonly steps: readonly StepSeen[];
  readonly onDashboard: () => void;
  readonly onWeaken: (weak: readonly Weakness[]) => void;
}

/** The third act: Holdfast itself plays the thief, and says whether the server is as strict as it promises. */
export function DrillGuide({ view, steps, onDashboard, onWeaken }: DrillGuideProps) {
  const { openHoldfast } = window as { openHoldfast?: OpenHoldfast };
  const toggle = (weakness: Weakness) => {
    const { weak } = view;
    onWeaken(weak.includes(weakness) ? weak.filter((one) => one !== weakness) : [...weak, weakness]);
  };
  return (
    <section class="glass drill-guide" aria-labelledby="drill-title">
      <header class="panel-head">
        <h2 id="drill-title">{say('Does this server keep its promise?', 'このサーバーは約束を守るか？')}</h2>
        <p>
          {say(
            'Holdfast plays the thief, with the real token. Nobody else can.',
            'Holdfast が本物のトークンで泥棒の役をします。ほかの誰にもできません。',
          )}
        </p>
      </header>
      <ol class="clicks">
        <li>
          <Click number={1} steps={steps} />
          <p>
            {openHoldfast ? (
              <button
                type="button"
                class="primary"
                onClick={() => {
                  onDashboard();
                  void openHoldfast('dashboard');
                }}
              >
                {say('Open the dashboard', 'ダッシュボードを開く')}
              </button>
            ) : (
              say(
                'Click the Holdfast icon, then “Dashboard”, and open the session of this site.',
                'Holdfast のアイコンから「ダッシュボード」を開き、このサイトのセッションを選びます。',
              )
            )}
          </p>
        </li>
        <li>
          <Click number={2} steps={steps} />
          <p>
            {say(
              'In the session, click “Run the drill”. Every line is one forged request, and the server’s own answer. On the right is what the server saw.',
              'セッションで訓練を始めます。一行ごとに、偽造したリクエストとサーバー自身の応答が並びます。右はサーバーから見た様子です。',
            )}
          </p>
        </li>
        <li>
          <Click number={3} steps={steps} />
          <fieldset>
            <legend>
              {say(
                'Shortcuts that real servers take; then run the drill again',
                '実際のサーバーがしがちな手抜き。選んだら、もう一度訓練を',
              )}
            </legend>
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
        {say(
          'For developers: open DevTools on this page (F12) and its panel “MCP sessions” (behind »), then click a note. Each request is there, with its proof read claim by claim.',
          '開発者の方へ：このページで DevTools（F12）のパネル「MCP セッション」（» の中）を開き、ノートをクリックしてください。リクエストごとに、証明の中身まで見られます。',
        )}
      </p>
    </section>
  );
}

function Click({ number, steps }: { readonly number: number; readonly steps: readonly StepSeen[] }) {
  const step = steps[number - 1];
  return (
    <h3 class={step?.isDone ? 'past' : ''}>
      <Step number={number} /> {step && STEP_NAMES[step.name]}
    </h3>
  );
}
