import * as v from 'valibot';
import browser, { type Runtime } from 'webextension-polyfill';
import { type FailureCode, type Result, UI_PORT, type UiReply, type UiUpdate } from '../../messages/ui.ts';
import { ActionRequest, type Commands, Numbered, ViewRequest } from '../../messages/ui-request.ts';
import { originOf } from '../../model/origin.ts';
import type { SessionId } from '../../model/session.ts';
import { codeOf, HoldfastError, isStorageFailure } from '../../protocol/error.ts';
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

/** So long after the first word a view is told the rest, in milliseconds: it has drawn itself by then. */
const LATER = 100;

interface Handlers {
  readonly snapshot: (front: () => Promise<string | undefined>) => Promise<Snapshot>;
  /** What a view is told when it begins to show something. */
  readonly begin: (request: ViewRequest) => Promise<UiUpdate | undefined>;
  /** What the person can do. */
  readonly commands: () => Commands;
  /** Resolves when the views were told of every change until now. */
  readonly told: () => Promise<void>;
  readonly failed: (error: unknown) => void;
  /** A view was closed. */
  readonly closed: () => void;
  /** The inspected tabs have changed. */
  readonly inspecting: (tabs: ReadonlySet<number>) => void;
}

/** The border to Holdfast's own views. Only pages of the extension itself are heard. */
export function createUiPorts({ snapshot, begin, commands, told, failed, closed, inspecting }: Handlers) {
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
      void receive(port, viewer, message).catch(failed);
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

  async function receive(port: Runtime.Port, viewer: Viewer, message: unknown): Promise<void> {
    const view = v.safeParse(ViewRequest, message);
    if (view.success) return show(port, viewer, view.output);
    const result = await act(message);
    const numbered = v.safeParse(Numbered, message);
    if (!numbered.success || !viewers.has(port)) return;
    port.postMessage({ kind: 'reply', id: numbered.output.id, result } satisfies UiReply);
  }

  async function show(port: Runtime.Port, viewer: Viewer, request: ViewRequest): Promise<void> {
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
    }
    const update = await begin(request);
    if (update) port.postMessage(update);
  }

  async function act(message: unknown): Promise<Result> {
    try {
      const request = v.safeParse(ActionRequest, message);
      if (!request.success) throw new HoldfastError('message_invalid', 'A view asked for what is not known here');
      const command = commands()[request.output.kind] as (request: ActionRequest) => Promise<Result>;
      const result = await command(request.output);
      await told();
      return result;
    } catch (error) {
      failed(error);
      return { ok: false, code: failureOf(error) };
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

function failureOf(error: unknown): FailureCode {
  if (isStorageFailure(error)) return 'storage_failed';
  const code = codeOf(error);
  return code === 'locked' || code === 'session_ended' ? code : 'internal';
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
