import { type DpopKeyPair, DpopSession, generateDpopKeyPair } from '@modelcontextprotocol/client';
import { openDB } from 'idb';
import { InPageOAuth } from './in-page-oauth.ts';

/** A page that does DPoP by itself, with the SDK's help: its key lives in IndexedDB and cannot be exported. */
export class OwnKeyOAuth extends InPageOAuth {
  readonly #session = loadKeyPair().then((keyPair) => DpopSession.create({ keyPair }));

  dpop(): Promise<DpopSession> {
    return this.#session;
  }
}

/** After signing out, the next session gets a new key. */
export async function forgetOwnKey(): Promise<void> {
  const database = await openKeys();
  await database.delete('keys', 'dpop');
  database.close();
}

async function loadKeyPair(): Promise<DpopKeyPair> {
  const database = await openKeys();
  const stored = (await database.get('keys', 'dpop')) as DpopKeyPair | undefined;
  const keyPair = stored ?? (await generateDpopKeyPair());
  if (!stored) await database.put('keys', keyPair, 'dpop');
  database.close();
  return keyPair;
}

function openKeys() {
  return openDB('folio', 1, {
    upgrade(database) {
      database.createObjectStore('keys');
    },
  });
}
