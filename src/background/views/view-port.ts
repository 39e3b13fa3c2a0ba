import * as v from 'valibot';
import browser, { type Runtime } from 'webextension-polyfill';
import { UI_PORT, type UiUpdate } from '../../messages/ui.ts';
import { UiRequest } from '../../messages/ui-request.ts';
import { originOf } from '../../model/origin.ts';
import type { SessionId } from '../../model/session.ts';
import type { Snapshot } from './broadcast.ts';

/** What one view shows beside what all are told. */
export interface Viewer {
  /** The id of the session that it looks at. */
  looksAt?: SessionId | undefined;
  showsActivity?: boolean;
  /** The tab that it inspects. */
  inspects?: number;
  /** What it is told once it has heard the first word, which may be older than this. */
  held?: UiUpdate[] | undefined;
}

export type ViewRequest = Extract<UiRequest, { kind: 'look' | 'page' | 'showActivity' | 'inspect' }>;
export type ActionRequest = Exclude<UiRequest, ViewRequest>;

/** So long after the first word a view is told the rest, in milliseconds: it has drawn itself by then. */
const LATER = 100;

interface Handlers {
  readonly snapshot: (front: () => Promise<string | undefined>) => Promise<Snapshot>;
  /** What a view is told when it begins to show something. */
  readonly begin: (request: ViewRequest) => Promise<UiUpdate | undefined>;
  /** What the person does. */
  readonly perform: (request: ActionRequest) => Promise<void>;
  readonly failed: (error: unknown) => void;
  /** A view was closed. */
  readonly closed: () => void;
  /** The inspected tabs have changed. */
  readonly inspecting: (tabs: ReadonlySet<number>) => void;
}

/** The border to Holdfast's own views. Only pages of the extension itself are heard. */
export function createUiPorts({ snapshot, begin, perform, failed, closed, inspecting }: Handlers) {
  const viewers = new Map<Runtime.Port, Viewer>();

  browser.runtime.onConnect.addListener((port) => {
    if (port.name !== UI_PORT || !isOurs(port)) return;
    const viewer: Viewer = { held: [] };
    void open(port, viewer).catch(failed);
    port.onDisconnect.addListener(() => {
      viewers.delete(port);
      closed();
      if (viewer.inspects !== undefined) inspecting(inspected());
    });
    port.onMessage.addListener((message: unknown) => {
      const decoded = v.safeParse(UiRequest, message);
      if (decoded.success) void receive(port, viewer, decoded.output).catch(failed);
    });
  });

  async function open(port: Runtime.Port, viewer: Viewer): Promise<void> {
    viewers.set(port, viewer);
    const told = await snapshot(() => siteBelow(port)).catch((error) => void failed(error));
    if (!viewers.has(port)) return;
    for (const update of [...(told ? [told.first] : []), ...(viewer.held ?? [])]) port.postMessage(update);
    viewer.held = undefined;
    if (!told?.rest) return;
    await new Promise((resolve) => setTimeout(resolve, LATER));
    const update = await told.rest();
    if (viewers.has(port)) port.postMessage(update);
  }

  async function receive(port: Runtime.Port, viewer: Viewer, request: UiRequest): Promise<void> {
    switch (request.kind) {
      case 'look':
        viewer.looksAt = request.session;
        break;
      case 'showActivity':
        viewer.showsActivity = request.wanted;
        break;
      case 'inspect':
        viewer.inspects = request.tab;
        inspecting(inspected());
        break;
      case 'page':
        break;
      default:
        return act(port, request);
    }
    const update = await begin(request);
    if (update) port.postMessage(update);
  }

  /** What cannot be done is said to the view that waits for it. */
  async function act(port: Runtime.Port, request: ActionRequest): Promise<void> {
    try {
      await perform(request);
    } catch (error) {
      const session = 'session' in request ? request.session : undefined;
      if (viewers.has(port)) port.postMessage({ kind: 'notDone', request: request.kind, session } satisfies UiUpdate);
      throw error;
    }
  }

  function inspected(): ReadonlySet<number> {
    return new Set([...viewers.values()].flatMap(({ inspects }) => inspects ?? []));
  }

  return {
    /** Tells every view, or those that show something. */
    tell(update: UiUpdate, whom: (viewer: Viewer) => boolean = () => true): void {
      for (const [port, viewer] of viewers) {
        if (!whom(viewer)) continue;
        if (viewer.held) viewer.held.push(update);
        else port.postMessage(update);
      }
    },
    /** The sessions that views look at. */
    get looked(): ReadonlySet<SessionId> {
      return new Set([...viewers.values()].flatMap(({ looksAt }) => looksAt ?? []));
    },
    /** Whether a page of the extension is open. @param page its path */
    isOpen(page: string): boolean {
      return [...viewers.keys()].some(({ sender }) => sender?.url?.startsWith(browser.runtime.getURL(page)));
    },
  };
}

function isOurs({ sender }: Runtime.Port): boolean {
  return sender?.id === browser.runtime.id && (sender?.url ?? '').startsWith(browser.runtime.getURL(''));
}

/** The site that a view was opened for, or over. */
async function siteBelow({ sender }: Runtime.Port): Promise<string | undefined> {
  const named = new URL(sender?.url ?? 'about:blank').searchParams.get('site');
  const [tab] = named === null ? await browser.tabs.query({ active: true, lastFocusedWindow: true }) : [];
  const url = named ?? tab?.url ?? '';
  return URL.canParse(url) ? originOf(url) : undefined;
}
