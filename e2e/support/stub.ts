import type { InspectedRequest } from '../../src/messages/inspection.ts';
import type { Missing, PageReading, RefusedSignIn, SessionDetails, UiReply, UiUpdate } from '../../src/messages/ui.ts';
import type { Action, UiRequest, Viewing } from '../../src/messages/ui-request.ts';
import type { ActivityLine } from '../../src/model/activity.ts';
import type { Diagnostics } from '../../src/model/diagnostics.ts';

/** What the background and Chrome say in a view's page. */
export interface Played {
  /** What a view is told when it opens, in this order. */
  readonly opening: readonly UiUpdate[];
  /** Told to a view that looks at one of these sessions. */
  readonly details: readonly SessionDetails[];
  /** Told to a view that shows the activity log. */
  readonly activity: readonly ActivityLine[];
  /** Told to a panel that inspects its tab. */
  readonly inspected: readonly InspectedRequest[];
  /** Told to a view that asks for them: at each time the next, then the last again. */
  readonly diagnostics: readonly Diagnostics[];
  /** Told to a view that stands over a page. */
  readonly missing: Missing | undefined;
  /** Told to a view that stands over an authorization server's page. */
  readonly signingIn?: string | undefined;
  readonly refusal?: RefusedSignIn | undefined;
  /** Told to a view that asks what script of that page can read. */
  readonly reading?: PageReading | undefined;
  /** Patterns of hosts that Chrome allows already; it allows what else it is asked for. */
  readonly allowed: readonly string[];
  /** What the person does is not answered. */
  readonly isBusy?: boolean | undefined;
  /** The handle of whatever key is given. */
  readonly handle: string;
  /** The tab in front. */
  readonly tab: { readonly id: number; readonly url: string; readonly title?: string } | undefined;
  readonly version: string;
  readonly messages: Readonly<Record<string, Message>>;
}

/** A message of the catalogue, as Chrome reads it. */
interface Message {
  readonly message: string;
  readonly placeholders?: Readonly<Record<string, { readonly content: string }>>;
}

/** One of Chrome's functions that a view called. */
export interface ChromeCall {
  readonly name: string;
  readonly given: unknown;
}

export interface Stub {
  /** All that the view asked of the background. */
  readonly said: readonly (Action | Viewing)[];
  /** All that the view had Chrome do. */
  readonly called: readonly ChromeCall[];
  tell(update: UiUpdate): void;
}

declare global {
  interface Window {
    stub: Stub;
  }
}

/** Puts itself in the place of `chrome` and `browser`. It runs in the page, before its scripts, and can name nothing outside. */
export function playExtension(played: Played): void {
  const said: (Action | Viewing)[] = [];
  const called: ChromeCall[] = [];
  const allowed = new Set(played.allowed);
  const diagnostics = [...played.diagnostics];
  const views = new Set<(update: UiUpdate | UiReply) => void>();
  const tell = (update: UiUpdate | UiReply): void => {
    for (const view of views) view(update);
  };

  function answer(request: Action | Viewing): UiUpdate | undefined {
    switch (request.kind) {
      case 'look': {
        const details = played.details.find(({ session }) => session === request.session);
        return details && { kind: 'details', details };
      }
      case 'showActivity':
        return request.wanted ? { kind: 'activity', lines: played.activity, isAll: true } : undefined;
      case 'inspect':
        return { kind: 'inspected', requests: played.inspected };
      case 'diagnostics': {
        const [told] = diagnostics.length > 1 ? diagnostics.splice(0, 1) : diagnostics;
        return told && { kind: 'diagnostics', diagnostics: told };
      }
      case 'allow':
        return { kind: 'consents', consents: { [request.agent]: request.servers } };
      case 'page':
        return {
          ...{ kind: 'page', missing: played.missing },
          ...{ signingIn: played.signingIn, refusal: played.refusal },
        };
      case 'read':
        return { kind: 'reading', reading: played.reading };
    }
    return undefined;
  }

  function connect() {
    setTimeout(() => played.opening.forEach(tell));
    return {
      onMessage: { addListener: (view: (update: UiUpdate | UiReply) => void) => views.add(view) },
      onDisconnect: { addListener: () => undefined },
      postMessage(message: UiRequest) {
        const { id, ...request } = { id: undefined, ...message };
        said.push(request as Action | Viewing);
        const update = answer(request as Action | Viewing);
        if (update) setTimeout(() => tell(update));
        const isHandle = request.kind === 'keep' || request.kind === 'showHandle';
        const result = { ok: true, ...(isHandle && { handle: played.handle }) } as const;
        if (id !== undefined && !played.isBusy) setTimeout(() => tell({ kind: 'reply', id, result }));
      },
    };
  }

  function getMessage(key: string, open: readonly string[] = []): string {
    const { message = '', placeholders = {} } = played.messages[key] ?? {};
    return message.replace(/\$(\w+)\$/g, (_, name: string) => {
      const place = placeholders[name.toLowerCase()]?.content.slice(1);
      return open[Number(place) - 1] ?? '';
    });
  }

  const done =
    <Answer>(name: string, result?: (given: never) => Answer) =>
    async (given?: unknown) => {
      called.push({ name, given });
      return result?.(given as never);
    };
  const event = { addListener: () => undefined, removeListener: () => undefined };
  const stub = {
    runtime: {
      ...{ id: 'stub', connect, getURL: (path: string) => `/${path}` },
      getManifest: () => ({ version: played.version }),
    },
    i18n: { getMessage, getUILanguage: () => navigator.language },
    permissions: {
      contains: async ({ origins }: { origins: string[] }) => origins.every((pattern) => allowed.has(pattern)),
      request: done('permissions.request', ({ origins = [] }: { origins?: string[] }) => {
        for (const pattern of origins) allowed.add(pattern);
        return true;
      }),
    },
    tabs: {
      ...{ query: async () => (played.tab ? [played.tab] : []), reload: done('tabs.reload') },
      ...{ create: done('tabs.create'), onUpdated: event, onRemoved: event },
    },
    windows: { create: done('windows.create'), getLastFocused: async () => ({ left: 100, top: 50, width: 1000 }) },
    action: { openPopup: done('action.openPopup') },
  };
  Object.assign(window, { chrome: stub, browser: stub, stub: { said, called, tell } satisfies Stub });
}
