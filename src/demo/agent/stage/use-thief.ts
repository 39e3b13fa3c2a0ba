import { useEffect, useState } from 'preact/hooks';
import type { BagMessage } from '../../thief/bag.ts';
import type { Seen } from './progress.ts';

/**
 * How far the thief has come, as its own page tells. When another scene begins, it starts with nothing.
 *
 * @param scene what is played, in a few words
 */
export function useThief(origin: string, scene: string): Seen['loot'] {
  const [loot, setLoot] = useState<Seen['loot']>('none');
  useEffect(() => {
    void fetch(`${origin}/scene`, { method: 'POST', mode: 'no-cors', body: scene });
  }, [origin, scene]);
  useEffect(() => {
    const hear = (event: MessageEvent<BagMessage>) => {
      if (event.origin === origin && event.data.type === 'thief.bag') setLoot(event.data.loot);
    };
    window.addEventListener('message', hear);
    return () => window.removeEventListener('message', hear);
  }, [origin]);
  return loot;
}
