import { signal } from '@preact/signals';
import type { Attempt, Loot, ThiefEvent } from '../thief-server.ts';

/** One haul, and what came of it. */
export interface Haul {
  readonly loot: Loot;
  readonly attempts: readonly Attempt[];
  readonly state: 'untried' | 'trying' | 'tried';
}

/** What the page around the thief is told: how far it has come with its latest haul. */
export interface BagMessage {
  readonly type: 'thief.bag';
  readonly loot: 'none' | 'taken' | 'tried';
}

/** Everything the thief has, newest first. */
export const hauls = signal<readonly Haul[]>([]);

/** Follows what the thief's server tells. After a lost connection it tells everything again. */
export function followBag(): void {
  const events = new EventSource('/loot');
  events.onopen = () => {
    hauls.value = [];
  };
  events.onmessage = ({ data }: MessageEvent<string>) => {
    hauls.value = apply(hauls.value, JSON.parse(data) as ThiefEvent);
    const [latest] = hauls.value;
    const loot = latest === undefined ? 'none' : latest.state === 'tried' ? 'tried' : 'taken';
    window.parent.postMessage({ type: 'thief.bag', loot } satisfies BagMessage, '*');
  };
}

/** Uses everything in one haul, for real. */
export async function tryOut({ loot }: Haul): Promise<void> {
  await fetch(`/attempts/${loot.id}`, { method: 'POST' });
}

function apply(known: readonly Haul[], event: ThiefEvent): readonly Haul[] {
  switch (event.type) {
    case 'scene':
      return [];
    case 'loot':
      return [{ loot: event.loot, attempts: [], state: 'untried' }, ...known];
    case 'trying':
      return change(known, event.lootId, (haul) => ({ ...haul, state: 'trying', attempts: [] }));
    case 'attempt':
      return change(known, event.attempt.lootId, (haul) => ({ ...haul, attempts: [...haul.attempts, event.attempt] }));
    case 'done':
      return change(known, event.lootId, (haul) => ({ ...haul, state: 'tried' }));
  }
}

function change(known: readonly Haul[], id: number, changed: (haul: Haul) => Haul): readonly Haul[] {
  return known.map((haul) => (haul.loot.id === id ? changed(haul) : haul));
}
