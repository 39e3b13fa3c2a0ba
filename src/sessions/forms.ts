import { oauthError } from '../messages/oauth-error.ts';
import type { PageRequest, ReplyTo } from '../messages/page.ts';
import { failureOf } from '../model/activity.ts';
import { isAccessHandle, isRefreshHandle, type RefreshHandle, type TokenDigest } from '../model/handle.ts';
import { originOf } from '../model/origin.ts';
import { HoldfastError, isStorageFailure } from '../protocol/error.ts';
import { readForm, readTokenRequest } from '../protocol/oauth/token-request.ts';
import type { Exposure } from './exposed/exposure.ts';
import { LOCKED, PASS } from './page-answer.ts';
import type { Caller, Ports } from './ports.ts';
import type { createExchange } from './sign-in/exchange.ts';
import type { createPush } from './sign-in/pushed-request.ts';
import { refreshHandleOf } from './tokens/handles.ts';
import type { PageForm } from './tokens/page-form.ts';
import type { createRefresh } from './tokens/refresh.ts';
import type { createRevocation } from './tokens/revocation.ts';

type FormRequest = Extract<PageRequest, { kind: 'form' }>;

interface Parts {
  readonly ports: Pick<Ports, 'sessions' | 'record' | 'now'>;
  readonly exchange: ReturnType<typeof createExchange>;
  readonly refresh: ReturnType<typeof createRefresh>;
  readonly revocation: ReturnType<typeof createRevocation>;
  readonly exposure: Pick<Exposure, 'givenBack'>;
  readonly push: ReturnType<typeof createPush>;
}

/** Tells what a form of a page is, by its members. What is nothing of ours goes on as the page made it. */
export function createForms({ ports, exchange, refresh, revocation, exposure, push }: Parts) {
  const { sessions, record, now } = ports;

  async function answer(
    { url, headers, body, readsTokens = false }: FormRequest,
    caller: Caller,
  ): Promise<ReplyTo<'form'>> {
    try {
      return await dispatch({ url, headers, form: readForm(body), readsTokens }, caller);
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.code === 'rules_failed' || isStorageFailure(error)) throw error;
      if (error.code === 'locked') return LOCKED;
      const kind = failureOf(undefined, error.code);
      record({ at: now(), kind, agent: caller.agent, server: originOf(url), code: error.code });
      return oauthError('server_error', error.message);
    }
  }

  async function dispatch(page: PageForm, caller: Caller): Promise<ReplyTo<'form'>> {
    const asked = readTokenRequest(
      page.form,
      page.headers.find(([name]) => name.toLowerCase() === 'authorization')?.[1],
    );
    const token = page.form.get('token');
    const handle = asked.refreshToken && (await heldBy(asked.refreshToken));
    if (handle) return refresh.refresh(handle, page, asked, caller);
    if (page.form.has('grant_type')) return exchange.exchange(page, asked, caller);
    if (token && (isAccessHandle(token) || isRefreshHandle(token))) return revocation.fromPage(token, page, caller);
    if (token) await exposure.givenBack(page.url, asked, caller.agent);
    return page.form.has('code_challenge') ? push.push(page, caller) : PASS;
  }

  /** The handle for a refresh token of the page: its own, or that of a session whose page holds the real one. */
  async function heldBy(presented: string): Promise<RefreshHandle | TokenDigest | undefined> {
    const handle = await refreshHandleOf(presented);
    return isRefreshHandle(presented) || (await sessions.byHandle(handle)) ? handle : undefined;
  }

  return { answer };
}
