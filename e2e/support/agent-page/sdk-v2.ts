import {
  Client,
  DpopSession,
  generateDpopKeyPair,
  type OAuthClientProvider,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import type { AgentOptions } from './options.ts';

export function create({ resource, ownDpop }: AgentOptions, provider: OAuthClientProvider) {
  const own = ownDpop ? ownSession() : undefined;
  const authProvider = (own ? { ...provider, dpop: () => own } : provider) as OAuthClientProvider;
  const transport = new StreamableHTTPClientTransport(new URL(resource), { authProvider });
  return {
    client: new Client({ name: 'test-agent', version: '1' }, { versionNegotiation: { mode: 'auto' } }),
    transport,
    finish: (callback: URLSearchParams) => transport.finishAuth(callback),
  };
}

/** A key that survives the sign-in redirect needs a database; one of the page's own. */
async function ownSession(): Promise<DpopSession> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open('own-key', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('keys');
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  const read = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const kept = await read(database.transaction('keys').objectStore('keys').get('dpop'));
  const keyPair = kept ?? (await generateDpopKeyPair());
  if (!kept) await read(database.transaction('keys', 'readwrite').objectStore('keys').put(keyPair, 'dpop'));
  return DpopSession.create({ keyPair });
}
