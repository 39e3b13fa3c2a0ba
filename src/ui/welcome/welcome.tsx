import type { ComponentChildren } from 'preact';
import browser from '../browser.ts';
import { GLOSSARY } from '../glossary.ts';
import { say } from '../words.ts';
import { BeginPicture, BoundPicture, RiskPicture } from './pictures.tsx';

/** What a person sees once, when Holdfast has been installed: what it is, how to begin, and what it does not do. */
export function Welcome() {
  return (
    <>
      <header>
        <img src="/icons/icon.svg" width="40" height="40" alt="" />
        <h1>{say('welcomeTitle')}</h1>
        <p class="lead">{say('welcomeLead')}</p>
      </header>
      <main>
        <ol class="pictures">
          <Picture title={say('welcomeRisk')} what={say('welcomeRiskWhat')}>
            <RiskPicture />
          </Picture>
          <Picture title={say('welcomeBound')} what={say('welcomeBoundWhat')}>
            <BoundPicture />
          </Picture>
          <Picture title={say('welcomeBegin')} what={say('welcomeBeginWhat')}>
            <BeginPicture />
          </Picture>
        </ol>
        <div class="begin">
          <button type="button" class="primary" onClick={() => void browser.action.openPopup()}>
            {say('welcomeOpen')}
          </button>
          <p class="quiet">{say('welcomePin')}</p>
        </div>
        <section class="limits" aria-labelledby="limits">
          <h2 id="limits">{say('welcomeLimits')}</h2>
          <p>{say('keyLimit')}</p>
          <p>{say('pageScriptLimit')}</p>
        </section>
        <details class="words">
          <summary>{say('welcomeWords')}</summary>
          <dl>
            {Object.values(GLOSSARY).map(([word, meaning]) => (
              <div key={word}>
                <dt>{say(word)}</dt>
                <dd>{say(meaning)}</dd>
              </div>
            ))}
          </dl>
        </details>
      </main>
    </>
  );
}

interface PictureProps {
  readonly title: string;
  readonly what: string;
  readonly children: ComponentChildren;
}

function Picture({ title, what, children }: PictureProps) {
  return (
    <li>
      {children}
      <h2>{title}</h2>
      <p>{what}</p>
    </li>
  );
}
