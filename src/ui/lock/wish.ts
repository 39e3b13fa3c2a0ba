import type { Action } from '../../messages/ui-request.ts';
import { CONFIRM } from '../lock-page.ts';

/** What loosens, and waits for the passkey. */
export type Wish = Extract<Action, { kind: 'unprotect' | 'policy' | 'handOver' | 'deleteEverything' }>;

/** What the address of this page asks to be done with the passkey, if anything. Holdfast wrote it; the background decodes it. */
export function wishIn(hash: string): Wish | undefined {
  return hash.startsWith(CONFIRM) ? JSON.parse(decodeURIComponent(hash.slice(CONFIRM.length))) : undefined;
}
