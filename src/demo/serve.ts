import { startDemo } from './start.ts';

const demo = await startDemo();
const addresses = {
  Stage: demo.agent.origin,
  Thief: demo.thief.origin,
  'MCP server': demo.mcp.resource,
  'Authorization server': demo.auth.issuer,
};
for (const [name, address] of Object.entries(addresses)) console.log(`${name.padEnd(21)}${address}`);

process.once('SIGINT', () => void demo.close());
process.once('SIGTERM', () => void demo.close());
