import browser, { type Runtime } from 'webextension-polyfill';
import type { UiUpdate } from '../../messages/ui.ts';
import type { SessionId } from '../../model/session.ts';

/** What one view shows that the others do not. */
export interface Viewer {
  /** The id of the session that it looks at. */
  looksAt?: SessionId | undefined;
  showsActivity?: boolean;
  /** The tab that it inspects. */
  inspects?: number | undefined;
  /** Updates that wait until the view has its snapshot, which may be older. */
  held?: UiUpdate[] | undefined;
}

/** The views that are open. */
export function createViewers() {
  const viewers = new Map<Runtime.Port, Viewer>();

  return {
    add: (port: Runtime.Port, viewer: Viewer): void => void viewers.set(port, viewer),
    remove: (port: Runtime.Port): void => void viewers.delete(port),
    has: (port: Runtime.Port): boolean => viewers.has(port),
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
    /** The tabs that panels inspect. */
    get inspected(): ReadonlySet<number> {
      return new Set([...viewers.values()].flatMap(({ inspects }) => inspects ?? []));
    },
    /** Whether a page of the extension is open. @param page its path */
    isOpen(page: string): boolean {
      return [...viewers.keys()].some(({ sender }) => sender?.url?.startsWith(browser.runtime.getURL(page)));
    },
  };
}

export type Viewers = ReturnType<typeof createViewers>;
