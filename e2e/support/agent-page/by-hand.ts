import { throughFrame } from './through-frame.ts';

/** How a test wants the agent that has no SDK. */
export interface ByHandOptions {
  readonly issuer: string;
  readonly resource: string;
  readonly by?: 'fetch' | 'xhr';
  /** Reads the server's metadata (RFC 8414) before it signs in. Else it knows the endpoints beforehand. */
  readonly discovers?: boolean;
  /** Names the resource in its requests (RFC 8707). */
  readonly namesResource?: boolean;
  /** Pushes its authorization request (RFC 9126). */
  readonly pushes?: boolean;
  readonly scope?: string;
}

/** What such an agent sees of an answer. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly challenge: string | null;
  readonly session: string | null;
}

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | URLSearchParams;
}

const SEEN = { challenge: 'www-authenticate', session: 'mcp-session-id' } as const;

async function byFetch(url: string, sent: Sent): Promise<Answer> {
  const { status, headers, ...response } = await fetch(url, sent).then(async (answer) => ({
    status: answer.status,
    headers: answer.headers,
    text: await answer.text(),
  }));
  return { status, ...response, challenge: headers.get(SEEN.challenge), session: headers.get(SEEN.session) };
}

function byXhr(url: string, { method = 'GET', headers = {}, body }: Sent): Promise<Answer> {
  return new Promise((resolve) => {
    const xhr = new XMLHttpRequest();
    xhr.open(method, url);
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    xhr.onloadend = () =>
      resolve({
        status: xhr.status,
        text: xhr.responseText,
        challenge: xhr.getResponseHeader(SEEN.challenge),
        session: xhr.getResponseHeader(SEEN.session),
      });
    xhr.send(body);
  });
}

interface Endpoints {
  readonly registration_endpoint: string;
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly revocation_endpoint: string;
  readonly introspection_endpoint: string;
  readonly pushed_authorization_request_endpoint: string;
}

/** What the agent remembers: as pages do, in the open. */
interface Memory {
  readonly options: ByHandOptions;
  readonly endpoints: Endpoints;
  readonly clientId: string;
  readonly verifier: string;
  readonly tokens?: { readonly access_token: string; readonly refresh_token: string; readonly token_type: string };
}

const REDIRECT = `${location.origin}/callback`;

function remember(memory: Memory): void {
  localStorage.setItem('by-hand', JSON.stringify(memory));
}

function recall(): Memory {
  return JSON.parse(localStorage.getItem('by-hand') ?? '{}');
}

function send(url: string, sent: Sent, { by } = recall().options): Promise<Answer> {
  return by === 'xhr' ? byXhr(url, sent) : byFetch(url, sent);
}

async function endpointsOf(options: ByHandOptions): Promise<Endpoints> {
  const { issuer } = options;
  if (options.discovers) {
    const { text } = await send(`${issuer}/.well-known/oauth-authorization-server`, {}, options);
    return JSON.parse(text);
  }
  return {
    registration_endpoint: `${issuer}/reg`,
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`,
    revocation_endpoint: `${issuer}/token/revocation`,
    introspection_endpoint: `${issuer}/token/introspection`,
    pushed_authorization_request_endpoint: `${issuer}/request`,
  };
}

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=/g, '');

function form(members: Readonly<Record<string, string>>): Sent {
  return { method: 'POST', body: new URLSearchParams(members) };
}

/** An agent without an SDK: OAuth and MCP as a page may write them itself. */
export const byHand = {
  /** Sets out to sign in: the page is left. */
  async signIn(options: ByHandOptions): Promise<void> {
    location.assign(await byHand.begin(options));
  },

  /** The whole sign-in in a frame, where the server asks nobody. */
  async signInByFrame(options: ByHandOptions): Promise<Answer> {
    return byHand.finish(await throughFrame(await byHand.begin(options)));
  },

  /** All before the authorization request; returns its address. */
  async begin(options: ByHandOptions): Promise<string> {
    const endpoints = await endpointsOf(options);
    const registered = await send(
      endpoints.registration_endpoint,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          client_name: 'By hand',
          redirect_uris: [REDIRECT],
          grant_types: ['authorization_code', 'refresh_token'],
          response_types: ['code'],
          token_endpoint_auth_method: 'none',
          application_type: 'web',
        }),
      },
      options,
    );
    const { client_id: clientId } = JSON.parse(registered.text);
    const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
    remember({ options, endpoints, clientId, verifier });

    const request = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: REDIRECT,
      code_challenge: base64url(new Uint8Array(digest)),
      code_challenge_method: 'S256',
      scope: options.scope ?? 'notes:read notes:write',
      ...(options.namesResource && { resource: options.resource }),
    });
    if (!options.pushes) return `${endpoints.authorization_endpoint}?${request}`;
    const pushed = await send(endpoints.pushed_authorization_request_endpoint, { method: 'POST', body: request });
    const { request_uri } = JSON.parse(pushed.text);
    return `${endpoints.authorization_endpoint}?${new URLSearchParams({ client_id: clientId, request_uri })}`;
  },

  /** The code for tokens. @param search the callback's query */
  async finish(search = location.search): Promise<Answer> {
    const { options, endpoints, clientId, verifier } = recall();
    const answer = await send(
      endpoints.token_endpoint,
      form({
        grant_type: 'authorization_code',
        code: new URLSearchParams(search).get('code') ?? '',
        redirect_uri: REDIRECT,
        client_id: clientId,
        code_verifier: verifier,
        ...(options.namesResource && { resource: options.resource }),
      }),
    );
    if (answer.status === 200) remember({ ...recall(), tokens: JSON.parse(answer.text) });
    return answer;
  },

  async refresh(): Promise<Answer> {
    const { endpoints, clientId, tokens } = recall();
    const refresh_token = tokens?.refresh_token ?? '';
    return send(endpoints.token_endpoint, form({ grant_type: 'refresh_token', client_id: clientId, refresh_token }));
  },

  /** Signs out, as RFC 7009 has it, or asks what the server thinks of a token (RFC 7662). */
  async about(token: string, what: 'revocation_endpoint' | 'introspection_endpoint'): Promise<Answer> {
    const { endpoints, clientId } = recall();
    return send(endpoints[what], form({ token, client_id: clientId }));
  },

  tokens: () => recall().tokens,

  /** One MCP request; what comes back is JSON, or an event stream that ends. */
  async rpc(method: string, params: object = {}, session?: string | null, url = recall().options.resource) {
    return send(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${recall().tokens?.access_token}`,
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
        ...(session && { 'mcp-session-id': session }),
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
  },

  /** Begins an MCP session and uses a tool. */
  async call(name: string, input: object = {}): Promise<Answer> {
    const { session } = await byHand.rpc('initialize', {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'by-hand', version: '1' },
    });
    return byHand.rpc('tools/call', { name, arguments: input }, session);
  },
};
