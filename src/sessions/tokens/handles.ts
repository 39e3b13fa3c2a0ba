import {
  type AccessHandle,
  accessDigest,
  isAccessHandle,
  isRefreshHandle,
  newAccessHandle,
  newRefreshHandle,
  type RefreshHandle,
  refreshDigest,
  type TokenDigest,
} from '../../model/handle.ts';
import type { Handles, HoldfastHandles } from '../../model/session.ts';
import type { Tokens } from '../../model/tokens.ts';
import { sha256 } from '../../protocol/digest.ts';

/** Handles that say nothing: 256 random bits each. */
export function newHandles({ refreshToken }: Tokens, random: () => string): HoldfastHandles {
  return {
    by: 'holdfast',
    access: newAccessHandle(random),
    ...(refreshToken !== undefined && { refresh: newRefreshHandle(random) }),
  };
}

/** For a page that holds the real tokens: their digests, so that a session is found by its token and no token is kept. */
export async function digests({ accessToken, refreshToken }: Tokens): Promise<Handles> {
  return {
    by: 'page',
    access: await digestOfAccess(accessToken),
    ...(refreshToken !== undefined && { refresh: await digestOfRefresh(refreshToken) }),
  };
}

/** The handle of what a page presents as an access token: a handle, or a real token. */
export async function accessHandleOf(presented: string): Promise<AccessHandle | TokenDigest> {
  return isAccessHandle(presented) ? presented : digestOfAccess(presented);
}

/** The handle of what a page presents as a refresh token: a handle, or a real token. */
export async function refreshHandleOf(presented: string): Promise<RefreshHandle | TokenDigest> {
  return isRefreshHandle(presented) ? presented : digestOfRefresh(presented);
}

// Not the token's own digest, which every proof tells as its `ath`.
const digestOfAccess = async (token: string) => accessDigest(await sha256(`access ${token}`));
const digestOfRefresh = async (token: string) => refreshDigest(await sha256(`refresh ${token}`));
