import type { ResourceServer } from '../../src/demo/resource-server.ts';

/** The streams on which the server speaks of its own accord (GET), oldest first. */
export const streams = ({ log }: ResourceServer) =>
  log.filter(({ method, path, status }) => method === 'GET' && path === '/mcp' && status === 200);
