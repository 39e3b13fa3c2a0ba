import type { Ask, FurtherAsk } from '../../messages/ui.ts';
import { useAct } from '../actions/act.ts';
import { hostOf, resourceName } from '../names.ts';
import { isWholeServer } from '../session/further.ts';
import { whoOf } from '../session/name.ts';
import { sessionWith } from '../state.ts';
import { say } from '../words.ts';
import { closeAfter, QuestionCard } from './question-card.tsx';

const WORDS = { waits: 'furtherWaits', notNow: 'furtherNotNowMeans' } as const;

/** Says which agent wants to use which session where else, and whose that is. */
export function FurtherCard({ id: ask, agent, until, further }: Ask & { readonly further: FurtherAsk }) {
  const { doing, failure, run } = useAct();
  const { address, resource } = further;
  const session = sessionWith(further.session);
  const who = session && whoOf(session);
  const isAll = isWholeServer(address);
  return (
    <QuestionCard
      {...{ ask, until, failure, words: WORDS, isBusy: doing.value !== undefined }}
      title={say(isAll ? 'furtherAskAll' : 'furtherAsk', hostOf(agent), resourceName(address))}
      what={say(isAll ? 'furtherWhatAll' : 'furtherWhat', resourceName(resource))}
      onAllow={async () => {
        if (await run({ kind: 'allowFurther', ask })) closeAfter(ask);
      }}
    >
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
    </QuestionCard>
  );
}
