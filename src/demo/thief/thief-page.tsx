import { LANGUAGE, say } from '../look/say.ts';
import { Step } from '../look/step.tsx';
import { AttemptCard, Verdict, VerdictBadge } from './attempt-card.tsx';
import { type Haul, hauls, tryOut } from './bag.ts';
import { shorten } from './shorten.ts';

/** The number on the button: the stage says which click it is there. */
const STEP = Number(new URLSearchParams(location.search).get('step') ?? 3);

/** What the thief sees on another origin: what arrived, and how far it gets with it. */
export function ThiefPage() {
  const [latest, ...earlier] = hauls.value;
  return (
    <main class="thief">
      <header>
        <h1>
          <Mask /> {say('Thief', '泥棒')}
        </h1>
        <p class="where">
          {location.host}
          {say(': another origin; in real life, another machine', '：別のオリジン。現実には別のコンピューター')}
        </p>
      </header>
      {latest ? (
        <LatestHaul haul={latest} />
      ) : (
        <p class="nothing">
          {say(
            'Nothing yet. What script takes from the agent arrives here.',
            'まだ何もありません。スクリプトがエージェントから取ったものがここに届きます。',
          )}
        </p>
      )}
      {earlier.length > 0 && (
        <section class="earlier" aria-label={say('Earlier', 'これまで')}>
          <h2>{say('Earlier', 'これまで')}</h2>
          <ul>
            {earlier.map((haul) => (
              <li key={haul.loot.id}>
                <span>
                  {clock(haul.loot.time)} · {shorten(haul.loot.finds.accessTokens[0] ?? say('nothing', 'なし'))}
                </span>
                <VerdictBadge haul={haul} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </main>
  );
}

function LatestHaul({ haul }: { haul: Haul }) {
  const { loot, attempts, state } = haul;
  return (
    <section class="haul" aria-label={say('Loot', '盗品')}>
      <p class="taken">
        {say('Taken from ', '')}
        <strong>{loot.from.replace(/^https?:\/\//, '')}</strong>
        {say(` at ${clock(loot.time)}`, ` から ${clock(loot.time)} に入手`)}
      </p>
      <dl>
        <Find name={say('Access', 'アクセス')} values={loot.finds.accessTokens} />
        <Find name={say('Refresh', '更新')} values={loot.finds.refreshTokens} />
      </dl>
      <p class="action">
        <button
          type="button"
          class={state === 'tried' ? 'primary again' : 'primary'}
          disabled={state === 'trying'}
          onClick={() => tryOut(haul)}
        >
          <Step number={STEP} />
          {say('Try it', '試す')}
        </button>
      </p>
      {state === 'tried' && <Verdict haul={haul} />}
      {attempts.length > 0 && (
        <ol class="attempts" aria-label={say('Attempts', '試み')}>
          {attempts.map((attempt) => (
            <AttemptCard
              key={`${attempt.approach} ${attempt.credential}`}
              attempt={attempt}
              isFirstIn={attempt === attempts.find(({ verdict }) => verdict === 'got-in')}
            />
          ))}
        </ol>
      )}
    </section>
  );
}

function Find({ name, values }: { name: string; values: readonly string[] }) {
  return (
    <div>
      <dt>{name}</dt>
      {values.map((value) => (
        <dd key={value}>
          <code>{value}</code>
        </dd>
      ))}
    </div>
  );
}

function Mask() {
  return (
    <svg width="34" height="20" viewBox="0 0 34 20" aria-hidden="true">
      <path
        fill="currentColor"
        fill-rule="evenodd"
        d="M1 4c5-4 11-3 16-1 5-2 11-3 16 1 1 8-3 14-9 14-4 0-5-3-7-3s-3 3-7 3C4 18 0 12 1 4Zm10 3c-3 0-5 1-6 2 1 2 3 3 6 3s4-1 5-2c-1-2-2-3-5-3Zm12 0c-3 0-4 1-5 3 1 1 2 2 5 2s5-1 6-3c-1-1-3-2-6-2Z"
      />
    </svg>
  );
}

function clock(milliseconds: number): string {
  return new Date(milliseconds).toLocaleTimeString(LANGUAGE);
}
