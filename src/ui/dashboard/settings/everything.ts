import { effect, type ReadonlySignal } from '@preact/signals';
import type { SessionView } from '../../../messages/ui.ts';
import {
  activity,
  consents,
  cookieSessions,
  isComplete,
  policies,
  sessions,
  settings,
  show,
  sites,
} from '../../state.ts';

/** All that Holdfast keeps and views may know, as JSON: no token, key or handle is in it. */
export async function everything(version: string, now: number): Promise<string> {
  activity.value = undefined; // what was shown before is not all
  show({ kind: 'showActivity', wanted: true });
  await Promise.all([holds(isComplete), holds(activity)]);
  const kept = {
    ...{ holdfast: version, exportedAt: new Date(now).toISOString() },
    ...{ sites: sites.value, policies: policies.value, consents: consents.value, settings: settings.value },
    ...{
      sessions: sessions.value.map(withoutMcpSession),
      cookieSessions: cookieSessions.value,
      activity: activity.value,
    },
  };
  show({ kind: 'showActivity', wanted: false });
  return `${JSON.stringify(kept, undefined, 2)}\n`;
}

/** Some servers know their clients by it, though they must not (MCP, Security Best Practices, *Session Hijacking*). */
const withoutMcpSession = ({ mcp, ...rest }: SessionView) => ({
  ...rest,
  mcp: mcp && { protocolVersion: mcp.protocolVersion },
});

/** Until a signal has a value that counts as true. */
function holds(signal: ReadonlySignal<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const stop = effect(() => {
      if (signal.value) queueMicrotask(() => resolve(stop()));
    });
  });
}
