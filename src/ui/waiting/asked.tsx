import type { Ask } from '../../messages/ui.ts';
import { later } from '../later.tsx';
import { AskCard } from './ask-card.tsx';

const FurtherCard = later(async () => (await import('./further-card.tsx')).FurtherCard);

/** One question that an agent waits with. */
export function Asked({ further, ...ask }: Ask) {
  return further ? <FurtherCard {...ask} further={further} /> : <AskCard {...ask} />;
}
