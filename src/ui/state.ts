import { computed, signal } from '@preact/signals';
import type { Runtime } from 'webextension-polyfill';
import type { InspectedRequest } from '../messages/inspection.ts';
import {
  type Ask,
  type ConsentsView,
  type Missing,
  type PageReading,
  type RefusedSignIn,
  type Result,
  type SessionDetails,
  type SessionView,
  type Trouble,
  UI_PORT,
  type UiReply,
  type UiUpdate,
} from '../messages/ui.ts';
import type { Action, UiRequest, Viewing } from '../messages/ui-request.ts';
import type { ActivityLine } from '../model/activity.ts';
import type { CookieSession } from '../model/cookie-session.ts';
import type { Diagnostics } from '../model/diagnostics.ts';
import type { LockView } from '../model/lock.ts';
import type { PolicyView } from '../model/policy.ts';
import { KEPT_LINES, MOST_REPORTED } from '../model/quotas.ts';
import type { Settings } from '../model/settings.ts';
import { traceOf } from '../model/trace.ts';
import browser from './browser.ts';

/** What the views show, kept up to date by the background. Undefined until the first word of it. */
export const sites = signal<readonly string[] | undefined>(undefined);
/** Sites that the organization wants protected, and that Chrome does not let Holdfast into. */
export const wanted = signal<readonly string[]>([]);
export const policies = signal<Readonly<Record<string, PolicyView>>>({});
export const consents = signal<ConsentsView>({});
export const asks = signal<readonly Ask[]>([]);
export const trouble = signal<Trouble | undefined>(undefined);
/** Undefined until the first word of the background. */
export const lock = signal<LockView | undefined>(undefined);
export const cookieSessions = signal<readonly CookieSession[]>([]);
export const settings = signal<Settings | undefined>(undefined);
/** Of the session that this view looks at (`look`). */
export const details = signal<SessionDetails | undefined>(undefined);
/** The activity log, oldest first. Undefined until this view wanted it (`showActivity`) and has it. */
export const activity = signal<readonly ActivityLine[] | undefined>(undefined);
/** Requests of the tab that this view inspects (`inspect`), by their ids, oldest first. */
export const inspected = signal<ReadonlyMap<string, InspectedRequest>>(new Map());
/** As they were when this view last asked for them (`diagnostics`). */
export const diagnostics = signal<Diagnostics | undefined>(undefined);
const byId = signal<ReadonlyMap<string, SessionView>>(new Map());

/** Why Holdfast is not in the page that this view stands over (`page`); undefined when it is, or need not be. */
export const missing = signal<Missing | undefined>(undefined);

/** The agent whose sign-in the page that this view stands over is part of (`page`). */
export const signingIn = signal<string | undefined>(undefined);
/** The latest sign-in of the site in front, if it was refused and something is wrong with its servers. */
export const refusal = signal<RefusedSignIn | undefined>(undefined);

/** What script can read in the page that this view stands over: null where Holdfast cannot look, undefined until it has looked (`read`). */
export const reading = signal<PageReading | null | undefined>(undefined);

/** Whether all sessions are known here: a view that opens is told of the newest first. */
export const isComplete = signal(false);

/** A session by its id. */
export const sessionWith = (id: string | undefined): SessionView | undefined => byId.value.get(id ?? '');

export const isLocked = computed(() => lock.value?.state === 'locked');

/** The newest session first. */
export const sessions = computed(() => [...byId.value.values()].sort((a, b) => b.issuedAt - a.issuedAt));

/** The time, in milliseconds, as the views show it: it moves once a second while a view is open. */
export const now = signal(Date.now());

/** Minutes since the epoch, for what need not be drawn anew each second. */
export const minute = computed(() => Math.floor(now.value / 60_000));

let port: Runtime.Port;
/** What this view shows beside what all are told: a new worker has to be told again. */
const shown = new Map<Viewing['kind'], Viewing>();
/** What was asked for and is not answered, by the numbers of the requests. */
const unanswered = new Map<number, (result: Result) => void>();
let asked = 0;
/** How many errors this view has met. */
let reported = 0;

/** Opens the way to the background, and opens it again when the background's worker was ended meanwhile. */
export function connect(): void {
  port = browser.runtime.connect({ name: UI_PORT });
  port.onMessage.addListener((message: unknown) => hear(message as UiUpdate | UiReply));
  port.onDisconnect.addListener(() => {
    for (const id of [...unanswered.keys()]) settle(id, { ok: false, code: 'gone' });
    connect();
  });
  for (const request of shown.values()) port.postMessage(request);
}

/** Asks the background for what the person does. The answer is `gone` where the worker ended before it gave one. */
export function ask(request: Action): Promise<Result> {
  asked += 1;
  const id = asked;
  return new Promise((resolve) => {
    unanswered.set(id, resolve);
    port.postMessage({ ...request, id } satisfies UiRequest);
  });
}

/** Keeps an error of this view for the developers. Of those that come each second a few will do. */
export function report(error: unknown): void {
  reported += 1;
  if (reported > MOST_REPORTED) return;
  const { name, places } = traceOf(error, browser.runtime.getURL(''));
  port.postMessage({ kind: 'failed', name, places: [...places] } satisfies UiRequest);
}

function hear(message: UiUpdate | UiReply): void {
  if (message.kind === 'reply') settle(message.id, message.result);
  else apply(message);
}

function settle(id: number, result: Result): void {
  unanswered.get(id)?.(result);
  unanswered.delete(id);
}

/** Says to the background what this view shows from now on. */
export function show(request: Viewing): void {
  shown.set(request.kind, request);
  port.postMessage(request);
}

/** Keeps `now` moving. */
export function startClock(): void {
  setInterval(() => {
    now.value = Date.now();
  }, 1000);
}

function applySites(update: Extract<UiUpdate, { kind: 'snapshot' | 'sites' }>): void {
  sites.value = update.sites;
  wanted.value = update.wanted;
  policies.value = update.policies;
}

function apply(update: UiUpdate): void {
  now.value = Date.now();
  switch (update.kind) {
    case 'snapshot':
      applySites(update);
      consents.value = update.consents;
      asks.value = update.asks;
      lock.value = update.lock;
      cookieSessions.value = update.cookieSessions;
      settings.value = update.settings;
      byId.value = new Map(update.sessions.map((session) => [session.id, session]));
      isComplete.value = update.isAll;
      trouble.value = update.trouble;
      break;
    case 'sites':
      applySites(update);
      break;
    case 'asks':
      asks.value = update.asks;
      break;
    case 'consents':
      consents.value = update.consents;
      break;
    case 'page':
      missing.value = update.missing;
      signingIn.value = update.signingIn;
      refusal.value = update.refusal;
      break;
    case 'reading':
      reading.value = update.reading ?? null;
      break;
    case 'trouble':
      trouble.value = update.trouble;
      break;
    case 'cookieSessions':
      cookieSessions.value = update.cookieSessions;
      break;
    case 'settings':
      settings.value = update.settings;
      break;
    case 'details':
      details.value = update.details;
      break;
    case 'activity':
      activity.value = update.isAll ? update.lines : [...(activity.value ?? []), ...update.lines].slice(-KEPT_LINES);
      break;
    case 'inspected':
      inspected.value = new Map([...inspected.value, ...update.requests.map((one) => [one.id, one] as const)]);
      break;
    case 'diagnostics':
      diagnostics.value = update.diagnostics;
      break;
    case 'lock':
      lock.value = update.lock;
      break;
    case 'sessions': {
      const next = new Map(byId.value);
      for (const session of update.changed) next.set(session.id, session);
      for (const id of update.removed) next.delete(id);
      byId.value = next;
      if (update.isRest) isComplete.value = true;
    }
  }
}
