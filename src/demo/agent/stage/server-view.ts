import { useEffect, useState } from 'preact/hooks';
import type { ServerReport } from '../../agent-server.ts';
import type { Weakness } from '../../resource/weakness.ts';

export type ServerView = ServerReport;

/** How often the stage asks what the MCP server saw, in milliseconds. */
const INTERVAL = 400;
const ADDRESS = '/mcp-server.json';
const NOTHING: ServerView = { weak: [], drilled: false, requests: [] };

/** What the MCP server saw lately, live, and what it does not look at. @param isWanted whether the stage shows it */
export function useServerView(isWanted: boolean) {
  const [view, setView] = useState<ServerView>(NOTHING);
  useEffect(() => {
    if (!isWanted) return;
    const look = async () => setView(await (await fetch(ADDRESS)).json());
    void look();
    const timer = setInterval(() => void look(), INTERVAL);
    return () => clearInterval(timer);
  }, [isWanted]);

  const weaken = async (weak: readonly Weakness[]) => {
    const headers = { 'content-type': 'application/json' };
    await fetch(ADDRESS, { method: 'POST', headers, body: JSON.stringify(weak) });
    setView({ ...view, weak });
  };
  return { view, weaken };
}
