import type { AgentConfig } from '../agent-server.ts';

/** What the agent's server tells its page. */
export async function loadConfig(): Promise<AgentConfig> {
  const response = await fetch('/config.json');
  return (await response.json()) as AgentConfig;
}
