import { computed, signal } from '@preact/signals';
import browser from 'webextension-polyfill';
import type { LockView } from '../messages/lock.ts';
import type { PolicyView } from '../messages/policy.ts';
import { type Ask, type SessionView, type Trouble, UI_PORT, type UiUpdate } from '../messages/ui.ts';
import type { UiRequest } from '../messages/ui-request.ts';

/** What the views show, kept up to date by the background. Undefined until the first word of it. */
export const sites = signal<readonly string[] | undefined>(undefined);
export const policies = signal<Readonly<Record<string, PolicyView>>>({});
export const asks = signal<readonly Ask[]>([]);
export const trouble = signal<Trouble | undefined>(undefined);
/** Undefined until the first word of the background. */
export const lock = signal<LockView | undefined>(undefined);
/** What was last asked of the lock and not done. */
export const lockFailure = signal<Extract<UiUpdate, { kind: 'lockFailed' }> | undefined>(undefined);
const byId = signal<ReadonlyMap<string, SessionView>>(new Map());

export const isLocked = computed(() => lock.value?.state === 'locked');

/** The newest session first. */
export const sessions = computed(() => [...byId.value.values()].sort((a, b) => b.issuedAt - a.issuedAt));

/** The time, in milliseconds, as the views show it: it moves once a second while a view is open. */
export const now = signal(Date.now());

let port: browser.Runtime.Port;

/** Opens the way to the background, and opens it again when the background's worker was ended meanwhile. */
export function connect(): void {
  port = browser.runtime.connect({ name: UI_PORT });
  port.onMessage.addListener((update: unknown) => apply(update as UiUpdate));
  port.onDisconnect.addListener(connect);
}

/** Says to the background what the person does. */
export function tell(request: UiRequest): void {
  port.postMessage(request);
}

/** Keeps `now` moving. */
export function startClock(): void {
  setInterval(() => {
    now.value = Date.now();
  }, 1000);
}

function apply(update: UiUpdate): void {
  now.value = Date.now();
  switch (update.kind) {
    case 'snapshot':
      sites.value = update.sites;
      policies.value = update.policies;
      asks.value = update.asks;
      lock.value = update.lock;
      byId.value = new Map(update.sessions.map((session) => [session.id, session]));
      trouble.value = update.trouble;
      break;
    case 'sites':
      sites.value = update.sites;
      policies.value = update.policies;
      break;
    case 'asks':
      asks.value = update.asks;
      break;
    case 'trouble':
      trouble.value = update.trouble;
      break;
    case 'lock':
      lock.value = update.lock;
      break;
    case 'lockFailed':
      lockFailure.value = update;
      break;
    case 'sessions': {
      const next = new Map(byId.value);
      for (const session of update.changed) next.set(session.id, session);
      for (const id of update.removed) next.delete(id);
      byId.value = next;
    }
  }
}
