import type { Ports } from '../../sessions/ports.ts';
import type { Changes } from '../changes.ts';
import type { Protection } from '../sites/protection.ts';
import type { Viewers } from '../views/viewers.ts';
import { createAccess } from './access.ts';
import { createAllow } from './allow.ts';
import { createConsents } from './consents.ts';
import { createFront } from './front.ts';
import { createPromptWindow } from './prompt-window.ts';

interface Parts extends Pick<Ports, 'sessions' | 'record' | 'now'> {
  readonly changes: Changes;
  readonly viewers: Viewers;
  readonly protection: Protection;
}

/** What the person allows: what stands, the questions, and how they come before the person. */
export function createConsent({ changes, viewers, protection, sessions, record, now }: Parts) {
  const consents = createConsents({ sessions, changed: () => changes.tell('consents') });
  const access = createAccess({ changes, consents, isProtected: protection.isProtected, record, now });
  const front = createFront(changes);
  const promptWindow = createPromptWindow({ changes, isOpen: viewers.isOpen, front, asks: access.asks, now });
  return { ...access, consents, ...promptWindow, allow: createAllow(access, promptWindow, protection) };
}

export type Consent = ReturnType<typeof createConsent>;
