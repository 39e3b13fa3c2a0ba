import type { AgentConfig } from '../agent-server.ts';
import type { Settings } from './settings.ts';

/** The MCP server that the settings ask for. */
export const resourceOf = ({ resource, bearerOnly }: AgentConfig, { servers }: Settings): string =>
  servers === 'bearer' ? bearerOnly : resource;

/** What the agent's server tells its page. */
export async function loadConfig(): Promise<AgentConfig> {
  const response = await fetch('/config.json');
  return (await response.json()) as AgentConfig;
}
