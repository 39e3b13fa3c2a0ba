import type { ReadonlySignal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';

/** How often the stage looks again, in milliseconds. */
const INTERVAL = 300;

/** One thing that any script in this page can read. */
export interface Reading {
  readonly place: 'localStorage' | 'sessionStorage' | 'cookie' | 'fetch';
  readonly name: string;
  readonly value: string;
}

/** Reads everything there is to read, the way an injected script would. */
export function readEverything(overheard: readonly string[]): readonly Reading[] {
  return [
    ...readStorage('localStorage', localStorage),
    ...readStorage('sessionStorage', sessionStorage),
    ...readCookies(),
    ...overheard.map((value): Reading => ({ place: 'fetch', name: 'Authorization', value })),
  ];
}

function readStorage(place: 'localStorage' | 'sessionStorage', storage: Storage): readonly Reading[] {
  return Object.keys(storage)
    .sort()
    .map((name) => ({ place, name, value: storage.getItem(name) ?? '' }));
}

function readCookies(): readonly Reading[] {
  if (document.cookie === '') return [];
  return document.cookie.split('; ').map((cookie) => {
    const [name = '', ...value] = cookie.split('=');
    return { place: 'cookie', name, value: value.join('=') };
  });
}

/** Storage does not tell the page that wrote to it, so the stage looks. */
export function useReadings(overheard: ReadonlySignal<readonly string[]>): readonly Reading[] {
  const [readings, setReadings] = useState(() => readEverything(overheard.value));
  useEffect(() => {
    const look = () => {
      const current = readEverything(overheard.value);
      setReadings((previous) => (JSON.stringify(previous) === JSON.stringify(current) ? previous : current));
    };
    const timer = setInterval(look, INTERVAL);
    return () => clearInterval(timer);
  }, [overheard]);
  return readings;
}
