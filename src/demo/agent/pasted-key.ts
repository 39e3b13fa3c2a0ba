/** A key that the person pasted, and where it goes. */
export interface PastedKey {
  readonly server: string;
  readonly header: string;
  readonly key: string;
}

const KEY = 'folio.key';

/** What was pasted before: kept in `localStorage`, like many agents do. */
export function readKey(): PastedKey | undefined {
  const stored = localStorage.getItem(KEY);
  return stored === null ? undefined : (JSON.parse(stored) as PastedKey);
}

export function keepKey(key: PastedKey): void {
  localStorage.setItem(KEY, JSON.stringify(key));
}

export function forgetKey(): void {
  localStorage.removeItem(KEY);
}

/** The key as a request has it. */
export function headersWith({ header, key }: PastedKey): Record<string, string> {
  return { [header]: /^authorization$/i.test(header) ? `Bearer ${key}` : key };
}
