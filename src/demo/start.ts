import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { startAgentServer } from './agent-server.ts';
import {
  type AuthorizationServer,
  type AuthorizationServerOptions,
  startAuthorizationServer,
} from './authorization-server.ts';
import type { Binding } from './binding.ts';
import { buildPages } from './build-pages.ts';
import type { LoopbackServer } from './loopback.ts';
import { SCOPES } from './resource/scopes.ts';
import type { Weakness } from './resource/weakness.ts';
import { type ResourceServer, type ResourceServerOptions, startResourceServer } from './resource-server.ts';
import { startThiefServer, type ThiefServer } from './thief-server.ts';

export interface DemoPorts {
  readonly auth: number;
  readonly mcp: number;
  readonly agent: number;
  readonly thief: number;
  /** Those of the servers that know bearer tokens alone. */
  readonly bearerAuth: number;
  readonly bearerMcp: number;
}

/** Six ports in a row. `HOLDFAST_PORT` names another first one. */
const FIRST_PORT = Number(process.env.HOLDFAST_PORT) || 7001;

export const DEFAULT_PORTS: DemoPorts = {
  auth: FIRST_PORT,
  mcp: FIRST_PORT + 1,
  agent: FIRST_PORT + 2,
  thief: FIRST_PORT + 3,
  bearerAuth: FIRST_PORT + 4,
  bearerMcp: FIRST_PORT + 5,
};

export interface DemoOptions {
  /** Default: {@link DEFAULT_PORTS}. `ephemeral` takes free ones, for tests. */
  readonly ports?: Partial<DemoPorts> | 'ephemeral';
  /** For both servers. Default `offered`: the same agent works as bearer and bound. */
  readonly binding?: Binding;
  /** Options of the authorization server alone. */
  readonly auth?: Partial<AuthorizationServerOptions>;
  /** Options of the MCP server alone. */
  readonly mcp?: Partial<ResourceServerOptions>;
}

export interface Demo {
  readonly auth: AuthorizationServer;
  readonly mcp: ResourceServer;
  readonly agent: LoopbackServer;
  readonly thief: ThiefServer;
  /** The servers that know bearer tokens alone. */
  readonly bearerOnly: { readonly auth: AuthorizationServer; readonly mcp: ResourceServer };
  /** Comes in to the MCP server without a sign-in. */
  readonly apiKey: string;
  /** What the MCP server does not look at: nothing is left out at first. */
  readonly weak: Set<Weakness>;
  close(): Promise<void>;
}

/** Starts the six servers of the demo in this process, building their pages if need be. */
export async function startDemo(options: DemoOptions = {}): Promise<Demo> {
  const ephemeral = options.ports === 'ephemeral';
  const ports: DemoPorts = ephemeral ? NO_PORTS : { ...DEFAULT_PORTS, ...options.ports };
  const binding = options.binding ?? 'offered';
  const pages = await buildPages();
  const started: LoopbackServer[] = [];
  const close = async () => {
    await Promise.all(started.map((server) => server.close()));
  };

  try {
    const resources: string[] = [];
    const auth = await startAuthorizationServer({
      port: ports.auth,
      binding,
      resources: () => resources,
      scopes: SCOPES,
      ...(!ephemeral && { signingKeysFile: SIGNING_KEYS_FILE }),
      ...options.auth,
    });
    started.push(auth);
    const weak = new Set<Weakness>();
    const apiKey = `folio-${randomUUID()}`;
    const mcp = await startResourceServer({
      port: ports.mcp,
      authorizationServer: auth,
      binding,
      weak,
      apiKey,
      ...options.mcp,
    });
    started.push(mcp);
    resources.push(mcp.resource);
    const bearerOnly = await startBearerOnly(ports, started);
    const thief = await startThiefServer({ port: ports.thief, pages });
    started.push(thief);
    const agent = await startAgentServer({
      port: ports.agent,
      pages,
      config: { resource: mcp.resource, bearerOnly: bearerOnly.mcp.resource, thief: thief.origin },
      server: { log: mcp.log, weak },
    });
    started.push(agent);
    return { auth, mcp, agent, thief, bearerOnly, apiKey, weak, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const NO_PORTS: DemoPorts = { auth: 0, mcp: 0, agent: 0, thief: 0, bearerAuth: 0, bearerMcp: 0 };

/** The pair that binds nothing, as most MCP servers do not. */
async function startBearerOnly(ports: DemoPorts, started: LoopbackServer[]) {
  const binding = 'none';
  const resources: string[] = [];
  const auth = await startAuthorizationServer({
    ...{ name: 'bearer-auth', port: ports.bearerAuth, binding, resources: () => resources, scopes: SCOPES },
  });
  started.push(auth);
  const mcp = await startResourceServer({
    ...{ name: 'bearer-mcp', port: ports.bearerMcp, authorizationServer: auth, binding },
  });
  started.push(mcp);
  resources.push(mcp.resource);
  return { auth, mcp };
}

const SIGNING_KEYS_FILE = fileURLToPath(new URL('../../.demo/signing-keys.json', import.meta.url));
