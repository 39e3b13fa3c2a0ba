import type { OAuthClientProvider } from '@modelcontextprotocol/client';
import { create } from './sdk-v2.ts';

type Connected = ReturnType<typeof create>;

/** What the page asks of the agent. */
export interface Asked {
  readonly what: 'connect' | 'finish' | 'call' | 'tokens';
  readonly resource: string;
  readonly with?: string;
}

/** The agent keeps what it knows itself: the page has none of it. */
const kept = caches.open('agent');
const get = async (key: string) => (await (await kept).match(`/kept/${key}`))?.json();
const set = async (key: string, value: unknown) => (await kept).put(`/kept/${key}`, Response.json(value));

const redirectUrl = `${self.location.origin}/callback`;
const provider = {
  redirectUrl,
  clientMetadata: {
    client_name: 'Test agent in a worker',
    redirect_uris: [redirectUrl],
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
  discoveryState: () => get('discovery'),
  saveDiscoveryState: (state) => set('discovery', state),
  redirectToAuthorization: (url) => self.postMessage({ redirect: url.href }),
} as OAuthClientProvider;

let connected: Connected | undefined;

async function answer({ what, resource, with: given = '' }: Asked): Promise<unknown> {
  if (what === 'tokens') return get('tokens');
  if (what === 'call') return connected?.client.callTool({ name: given, arguments: {} });
  const made = create({ sdk: 'v2', resource }, provider);
  if (what === 'finish') return made.finish(new URLSearchParams(given));
  await made.client.connect(made.transport);
  connected = made;
  return 'connected';
}

self.onmessage = ({ data, ports: [reply] }: MessageEvent<Asked>) =>
  void answer(data)
    .catch(String)
    .then((result) => reply?.postMessage(result));
