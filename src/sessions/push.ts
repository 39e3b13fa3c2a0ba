import type { PageReply } from '../messages/page.ts';
import { readAuthorizationRequest } from '../protocol/oauth/authorization-request.ts';
import { admits, NATIVE, UNREACHABLE, verbatim } from './answer.ts';
import type { Arming } from './arming.ts';
import type { PageForm } from './page-form.ts';
import type { Caller, Ports } from './ports.ts';
import type { TokenEndpoint } from './token-endpoint.ts';

/** Pushed authorization requests (RFC 9126): the key is named by the proof and by `dpop_jkt` (RFC 9449 §10.1). */
export function createPush({ servers }: Pick<Ports, 'servers'>, arming: Arming, endpoint: TokenEndpoint) {
  async function push(page: PageForm, caller: Caller): Promise<PageReply> {
    const server = (await servers.list()).find(({ pushedAuthorizationRequestEndpoint: at }) => at === page.url);
    const key = server && (await arming.take(caller.agent, server, readAuthorizationRequest(page.form)));
    if (!key) return NATIVE;
    page.form.set('dpop_jkt', key.thumbprint);
    const reply = await endpoint.send(page.url, caller.agent, page.headers, page.form, key);
    return reply && admits(reply, caller.agent) ? verbatim(reply) : UNREACHABLE;
  }

  return { push };
}
