import { useEffect, useId, useRef } from 'preact/hooks';
import type { Ask, FurtherAsk } from '../../messages/ui.ts';
import { useAct } from '../actions/act.ts';
import { NotDone } from '../actions/not-done.tsx';
import { hostOf, resourceName } from '../names.ts';
import { isWholeServer } from '../session/further.ts';
import { whoOf } from '../session/name.ts';
import { asks, now, sessionWith } from '../state.ts';
import { count, say } from '../words.ts';

/** Says which agent wants to use which session where else, and whose that is. */
export function FurtherCard({ id: ask, agent, until, further }: Ask & { readonly further: FurtherAsk }) {
  const id = useId();
  const { doing, failure, run } = useAct();
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!document.activeElement?.closest('.ask')) title.current?.focus();
  }, []);
  const { address } = further;
  const session = sessionWith(further.session);
  const who = session && whoOf(session);
  const isAll = isWholeServer(address);
  const answer = async (kind: 'allowFurther' | 'decline'): Promise<void> => {
    if (!(await run({ kind, ask }))) return;
    // The popup has come for the question. A window of its own may get another, and goes by itself.
    if (asks.value.every(({ id: other }) => other === ask) && !location.search) window.close();
  };
  return (
    <section class="ask" role="alertdialog" aria-labelledby={id} aria-describedby={`${id}-what`}>
      <h2 id={id} ref={title} tabIndex={-1}>
        {say(isAll ? 'furtherAskAll' : 'furtherAsk', hostOf(agent), resourceName(address))}
      </h2>
      <p id={`${id}-what`}>{say(isAll ? 'furtherWhatAll' : 'furtherWhat', resourceName(further.resource))}</p>
      <ul>
        <li>
          <code>{address}</code>
        </li>
      </ul>
      {who && (
        <p class="who">
          <bdi>{who}</bdi>
        </p>
      )}
      <div class="actions">
        <button
          type="button"
          class="primary"
          data-action="allow"
          disabled={doing.value !== undefined}
          onClick={() => answer('allowFurther')}
        >
          {say('askAllow')}
        </button>
        <button type="button" onClick={() => answer('decline')}>
          {say('askNotNow')}
        </button>
      </div>
      <NotDone failure={failure} />
      <TimeLeft until={until} />
      <p class="limit">{say('furtherNotNowMeans')}</p>
    </section>
  );
}

/** Of its own: it is drawn anew each second. */
function TimeLeft({ until }: { readonly until: number }) {
  return <p>{count('furtherWaits', Math.max(0, Math.ceil((until - now.value) / 1000)))}</p>;
}
