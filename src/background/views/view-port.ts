import * as v from 'valibot';
import browser, { type Runtime } from 'webextension-polyfill';
import { type FailureCode, type Result, UI_PORT, type UiReply, type UiUpdate } from '../../messages/ui.ts';
import { ActionRequest, type Commands, Numbered, ViewFailure, ViewRequest } from '../../messages/ui-request.ts';
import { originOf } from '../../model/origin.ts';
import { codeOf, HoldfastError, isStorageFailure } from '../../protocol/error.ts';
import type { Changes } from '../changes.ts';
import type { Snapshot } from './snapshot.ts';
import type { Viewer, Viewers } from './viewers.ts';

/** How long after the first sessions a view gets the others, in milliseconds: it has drawn itself by then. */
const LATER = 100;

interface Handlers {
  readonly changes: Changes;
  readonly viewers: Viewers;
  readonly snapshot: (front: () => Promise<string | undefined>) => Promise<Snapshot>;
  /** The first update for what a view begins to show. */
  readonly begin: (request: ViewRequest) => Promise<UiUpdate | undefined>;
  /** What the person can do. */
  readonly commands: Commands;
  /** Resolves when the views have every change until now. */
  readonly told: () => Promise<void>;
}

/** The border to Holdfast's own views. Only pages of the extension itself are heard. */
export function serveViewPorts({ viewers, snapshot, begin, commands, told, changes }: Handlers) {
  const { failed } = changes;

  browser.runtime.onConnect.addListener((port) => {
    if (port.name !== UI_PORT || !isOurs(port)) return;
    const viewer: Viewer = { held: [] };
    void open(port, viewer).catch(failed);
    port.onDisconnect.addListener(() => {
      viewers.remove(port);
      changes.tell('viewClosed');
      if (viewer.inspects !== undefined) changes.tell('inspecting', viewers.inspected);
    });
    port.onMessage.addListener((message: unknown) => {
      void receive(port, viewer, message).catch(failed);
    });
  });

  async function open(port: Runtime.Port, viewer: Viewer): Promise<void> {
    viewers.add(port, viewer);
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
    const failure = v.safeParse(ViewFailure, message);
    if (failure.success) return changes.tell('viewFailed', failure.output);
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
        changes.tell('inspecting', viewers.inspected);
        break;
      case 'page':
      case 'read':
      case 'diagnostics':
        break;
    }
    const update = await begin(request);
    if (update) port.postMessage(update);
  }

  async function act(message: unknown): Promise<Result> {
    try {
      const request = v.safeParse(ActionRequest, message);
      if (!request.success) throw new HoldfastError('message_invalid', 'A view asked for what is not known here');
      const command = commands[request.output.kind] as (request: ActionRequest) => Promise<Result>;
      const result = await command(request.output);
      await told();
      return result;
    } catch (error) {
      failed(error);
      return { ok: false, code: failureOf(error) };
    }
  }
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
