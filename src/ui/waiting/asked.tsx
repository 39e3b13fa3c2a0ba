import type { Ask } from '../../messages/ui.ts';
import { AskCard } from './ask-card.tsx';
import { FurtherCard } from './further-card.tsx';

/** What a person is asked: an agent waits with it or, where it has no `id`, the popup was opened for it. */
type Props = Ask | (Pick<Ask, 'agent' | 'origins'> & { readonly id?: never; readonly further?: never });

/** One question. */
export function Asked(ask: Props) {
  return ask.further ? <FurtherCard {...ask} further={ask.further} /> : <AskCard {...ask} />;
}
