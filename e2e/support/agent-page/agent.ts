import type { OAuthClientProvider } from '@modelcontextprotocol/client';
import { byHand } from './by-hand.ts';
import type { AgentOptions } from './options.ts';
import { throughFrame } from './through-frame.ts';
import type { Asked } from './worker-agent.ts';

type Heard = { readonly method: string; readonly params?: Readonly<Record<string, unknown>> | undefined };

/** The SDKs, each loaded when it is used: a page of its own would have one of them. */
const SDKS = {
  v1: () => import('./sdk-v1.ts'),
  v2: () => import('./sdk-v2.ts'),
  ai: () => import('./ai-sdk.ts'),
};

type Connected = ReturnType<Awaited<ReturnType<(typeof SDKS)[AgentOptions['sdk']]>>['create']>;

/** What is used of each SDK's client. */
interface Connectable {
  connect(transport: unknown): Promise<void>;
  fallbackNotificationHandler?: (notification: Heard) => Promise<void>;
  onerror?: (error: Error) => void;
}

const connected = new Map<string, Connected>();
/** What servers said of their own accord. */
const heard: unknown[] = [];
/** What the SDKs reported of things that no call waits for. */
const errors: string[] = [];
const callbacks: string[] = [];
window.addEventListener('message', ({ origin, data }) => {
  if (origin === location.origin && typeof data?.callback === 'string') callbacks.push(data.callback);
});

function createProvider(
  { sdk, account = 'a', popup, remembersDiscovery = true }: AgentOptions,
  leave = (url: URL): void => location.assign(url),
): OAuthClientProvider {
  const name = (key: string): string => `${sdk}.${account}.${key}`;
  const get = (key: string) => JSON.parse(localStorage.getItem(name(key)) ?? 'null') ?? undefined;
  const set = (key: string, value: unknown): void => localStorage.setItem(name(key), JSON.stringify(value));
  return {
    redirectUrl: `${location.origin}/callback`,
    clientMetadata: {
      client_name: 'Test agent',
      redirect_uris: [`${location.origin}/callback`],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      application_type: 'web',
    },
    clientInformation: () => get('client'),
    saveClientInformation: (client) => set('client', client),
    tokens: () => get('tokens'),
    saveTokens: (tokens) => set('tokens', tokens),
    saveCodeVerifier: (verifier) => set('verifier', verifier),
    codeVerifier: () => get('verifier'),
    redirectToAuthorization(url) {
      if (popup) window.open(url, 'sign-in', 'popup,width=500,height=600');
      else leave(url);
    },
    ...(remembersDiscovery && {
      discoveryState: () => get('discovery'),
      saveDiscoveryState: (state: unknown) => set('discovery', state),
    }),
    invalidateCredentials: (scope) => {
      for (const key of scope === 'all' ? ['client', 'tokens', 'verifier', 'discovery'] : [scope]) {
        localStorage.removeItem(name(key));
      }
    },
  } as OAuthClientProvider;
}

async function create(options: AgentOptions, leave?: (url: URL) => void): Promise<Connected> {
  const sdk = await SDKS[options.sdk]();
  return sdk.create(options, createProvider(options, leave) as never);
}

let worker: Worker | undefined;

/** An agent in a worker, which keeps its tokens itself. The page leaves for its sign-in. */
function inWorker(asked: Asked): Promise<unknown> {
  if (!worker) {
    worker = new Worker(new URL('./worker-agent.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }) => location.assign(data.redirect);
  }
  const { port1, port2 } = new MessageChannel();
  worker.postMessage(asked, [port2]);
  return new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data);
  });
}

/** What tests call. */
const agent = {
  inWorker,
  /** Connects, or sets out to sign in; then the answer names the error that the SDK threw. */
  async connect(options: AgentOptions, leave?: (url: URL) => void): Promise<string> {
    const made = await create(options, leave);
    const client = made.client as Connectable;
    client.fallbackNotificationHandler = async ({ params }: Heard) => void heard.push(params?.data);
    client.onerror = ({ message }: Error) => void errors.push(message);
    try {
      await client.connect(made.transport);
      connected.set(options.account ?? 'a', made);
      return 'connected';
    } catch (error) {
      return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    }
  },
  /** The whole sign-in in a frame, where the server asks nobody: no page is left. */
  async signIn(options: AgentOptions): Promise<string> {
    let back: Promise<string> | undefined;
    const answer = await agent.connect(options, (url) => {
      back = throughFrame(url);
    });
    if (!back) return answer;
    await agent.finish(options, await back);
    return agent.connect(options);
  },
  async finish(options: AgentOptions, search: string): Promise<void> {
    await (await create(options)).finish(new URLSearchParams(search));
  },
  async call(tool: string, input: Record<string, unknown> = {}, account = 'a'): Promise<unknown> {
    const found = connected.get(account);
    if (!found) throw new Error('not connected');
    return (found.client as { callTool(call: object): Promise<unknown> }).callTool({ name: tool, arguments: input });
  },
  heard: () => heard,
  errors: () => errors,
  /** Ends the MCP session at the server, as a client does that leaves. */
  async terminate(account = 'a'): Promise<void> {
    const transport = connected.get(account)?.transport;
    if (transport && 'terminateSession' in transport) await transport.terminateSession();
  },
  async close(account = 'a'): Promise<void> {
    await connected.get(account)?.client.close();
    connected.delete(account);
  },
  /** What the callback page of a sign-in window has sent here. */
  callbacks: () => callbacks,
  tokens: (sdk: string, account = 'a') => JSON.parse(localStorage.getItem(`${sdk}.${account}.tokens`) ?? 'null'),
};

declare global {
  interface Window {
    agent: typeof agent;
    byHand: typeof byHand;
  }
}

window.agent = agent;
window.byHand = byHand;
const starter = window.opener ?? (window.parent !== window && window.parent);
if (location.pathname === '/callback' && starter) starter.postMessage({ callback: location.search }, location.origin);
