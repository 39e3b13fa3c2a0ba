import { type AccessHandle, isAccessHandle, isRefreshHandle, type RefreshHandle } from '../../model/handle.ts';
import type { BoundSession, Tokens } from '../../model/session.ts';
import { sha256 } from '../../protocol/digest.ts';

/** Handles that say nothing: 256 random bits each. */
export function newHandles({ refreshToken }: Tokens, random: () => string): BoundSession['handles'] {
  return {
    access: `hf_${random()}` as AccessHandle,
    ...(refreshToken !== undefined && { refresh: `hfr_${random()}` as RefreshHandle }),
  };
}

/** For a page that holds the real tokens: their digests, so that a session is found by its token and no token is kept. */
export async function digests({ accessToken, refreshToken }: Tokens): Promise<BoundSession['handles']> {
  return {
    access: await accessDigest(accessToken),
    ...(refreshToken !== undefined && { refresh: await refreshDigest(refreshToken) }),
  };
}

/** The handle of what a page presents as an access token: a handle, or a real token. */
export async function accessHandleOf(presented: string): Promise<AccessHandle> {
  return isAccessHandle(presented) ? presented : accessDigest(presented);
}

/** The handle of what a page presents as a refresh token: a handle, or a real token. */
export async function refreshHandleOf(presented: string): Promise<RefreshHandle> {
  return isRefreshHandle(presented) ? presented : refreshDigest(presented);
}

// Not the token's own digest, which every proof tells as its `ath`.
const accessDigest = async (token: string) => `hf_${await sha256(`access ${token}`)}` as AccessHandle;
const refreshDigest = async (token: string) => `hfr_${await sha256(`refresh ${token}`)}` as RefreshHandle;
