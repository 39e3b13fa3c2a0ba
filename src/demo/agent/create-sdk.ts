import { InPageOAuth, type Navigate } from './oauth/in-page-oauth.ts';
import { OwnKeyOAuth } from './oauth/own-key-oauth.ts';
import type { OAuthStorage } from './oauth/storage.ts';
import type { PastedKey } from './pasted-key.ts';
import type { Sdk } from './sdk/connection.ts';
import { createSdkV1 } from './sdk/v1.ts';
import { createSdkV2 } from './sdk/v2.ts';
import type { Settings } from './settings.ts';

/** The SDK that the settings ask for, with the agent's OAuth client in it, or with a key that the person pasted. */
export function createSdk(
  { sdk, ownDpop }: Settings,
  storage: OAuthStorage,
  navigate: Navigate,
  key?: PastedKey | undefined,
): Sdk {
  if (key) return sdk === 'v1' ? createSdkV1(key) : createSdkV2(key);
  if (sdk === 'v1') return createSdkV1(new InPageOAuth(storage, navigate));
  return createSdkV2(ownDpop ? new OwnKeyOAuth(storage, navigate) : new InPageOAuth(storage, navigate));
}
