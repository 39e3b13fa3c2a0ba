import type { ReplyTo } from '../../messages/page.ts';
import { toSignIn } from '../../model/destination.ts';
import { originOf } from '../../model/origin.ts';
import type { KnownServer } from '../../model/server.ts';
import { readAuthorizationRequest } from '../../protocol/oauth/authorization-request.ts';
import { originsOf } from '../../protocol/oauth/metadata.ts';
import { admits, PASS, UNREACHABLE, verbatim } from '../page-answer.ts';
import type { Caller, Ports } from '../ports.ts';
import type { PageForm } from '../tokens/page-form.ts';
import { forwarded, type TokenEndpoint } from '../tokens/token-endpoint.ts';
import type { Arming } from './arming.ts';
import type { Servers } from './server-discovery.ts';

/** Pushed authorization requests (RFC 9126): the key is named by the proof and by `dpop_jkt` (RFC 9449 §10.1). */
export function createPush(
  { access }: Pick<Ports, 'access'>,
  servers: Servers,
  arming: Arming,
  endpoint: TokenEndpoint,
) {
  async function push(page: PageForm, caller: Caller): Promise<ReplyTo<'form'>> {
    const server = await servers.meantAt('pushedAuthorizationRequestEndpoint', page.url, caller.agent, 'discovered');
    const request = readAuthorizationRequest(page.form);
    if (!server || server === 'disputed') return PASS;
    const to = toSignIn(server, 'pushedAuthorizationRequestEndpoint', page.url);
    if (!to || !(await arming.isOfMcp(request, server, caller))) return PASS;
    // A key that is named, and that the exchange may not use then, would break the sign-in.
    if (!(await mayUse(server, caller))) return PASS;
    const key = await arming.takeForPushed(caller.agent, server, request);
    if (!key) return PASS;
    page.form.set('dpop_jkt', key.thumbprint);
    const reply = await endpoint.send(to, caller.agent, forwarded(page.headers, to, server), page.form, key);
    return reply && admits(reply, caller.agent) ? verbatim(reply) : UNREACHABLE;
  }

  function mayUse(server: KnownServer, { agent }: Caller): Promise<boolean> {
    return access.ensure(agent, originsOf(server).map(originOf), { kind: 'signIn', issuer: originOf(server.issuer) });
  }

  return { push };
}
