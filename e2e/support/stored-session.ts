import { expect } from '@playwright/test';
import type { AuthorizationServer } from '../../src/demo/authorization-server.ts';
import { extensionPage } from './extension-page.ts';
import type { Browser } from './world.ts';

interface StoredSession {
  readonly session: { readonly state: string; readonly expiresAt?: number };
  readonly access: string;
  readonly refresh: string;
}

/** The one session of an agent as it is stored, its tokens opened with the vault's own key in a page of the extension. */
export async function storedSession(browser: Browser, agent: string): Promise<StoredSession> {
  const page = await extensionPage(browser);
  const stored = await page.evaluate(async (origin) => {
    const read = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const database = await read(indexedDB.open('holdfast'));
    const store = (name: string) => database.transaction(name).objectStore(name);
    const [session] = (await read(store('sessions').getAll())).filter((each) => each.agent === origin);
    const key = await read(store('vault').get('wrapping'));
    const { iv, sealed } = await read(store('tokens').get(session.id));
    const additionalData = new TextEncoder().encode(session.id);
    const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, key, sealed);
    database.close();
    const { accessToken: access, refreshToken: refresh } = JSON.parse(new TextDecoder().decode(plain));
    return { session: JSON.parse(JSON.stringify(session)), access, refresh };
  }, agent);
  return stored;
}

/** Which of the server's answers these tokens came with, both of them: 0 for the first. */
export function answerOf({ issued }: AuthorizationServer, { access, refresh }: StoredSession): number {
  const index = issued.accessTokens.indexOf(access);
  expect(index).toBeGreaterThanOrEqual(0);
  expect(issued.refreshTokens[index]).toBe(refresh);
  return index;
}
