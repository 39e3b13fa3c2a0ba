import type { ComponentChildren } from 'preact';
import type { SessionView } from '../../../messages/ui.ts';
import type { TermName } from '../../glossary.ts';
import { CustodyLabel } from '../../labels/custody-label.tsx';
import { Sparkline } from '../../labels/sparkline.tsx';
import { Term } from '../../labels/term.tsx';
import { Thumbprint } from '../../labels/thumbprint.tsx';
import { isHeldBack } from '../../session/explain.ts';
import { now } from '../../state.ts';
import { count, fromNow, moment, say } from '../../words.ts';

/** Everything that is known of a session, by its name. */
export function Facts({ session }: { readonly session: SessionView }) {
  const { agent, resource, issuer, clientId, scopes, mcp, issuedAt, expiresAt } = session;
  const binding = 'binding' in session ? session.binding : undefined;
  return (
    <section class="known" aria-labelledby="facts-title">
      <h3 id="facts-title">{say('dashboardFacts')}</h3>
      <dl>
        <Fact word="factAgent" term="agent">
          {agent}
        </Fact>
        <Fact word="factResource" term="resource">
          {resource ?? say('unknownResource')}
        </Fact>
        {issuer && (
          <Fact word="factIssuer" term="issuer">
            {issuer}
          </Fact>
        )}
        {clientId && (
          <Fact word="factClient" term="client">
            {clientId}
          </Fact>
        )}
        <Fact word="factScopes" term="scope">
          {scopes.join(' ') || say('none')}
        </Fact>
        {binding && (
          <>
            <Fact word="factThumbprint" term="thumbprint">
              <Thumbprint value={binding.thumbprint} full />
            </Fact>
            <Fact word="factAlgorithm" term="algorithm">
              {binding.algorithm}
            </Fact>
            <Fact word="factCode" term="code">
              {say(binding.codeBound ? 'codeBound' : 'codeNotBound')}
            </Fact>
          </>
        )}
        {session.state === 'bound' && (
          <Fact word="termCustody" term="custody">
            <CustodyLabel session={session} />
          </Fact>
        )}
        <Fact word="factIssued">{moment(issuedAt)}</Fact>
        {expiresAt !== undefined && (
          <Fact word="factExpires">
            {moment(expiresAt)} <span class="quiet">{expiresAt > now.value && fromNow(expiresAt, now.value)}</span>
          </Fact>
        )}
        {'endedAt' in session && <Fact word="factEnded">{moment(session.endedAt)}</Fact>}
        {binding && (
          <Fact word="factProofs" term="proof">
            {count('proofs', session.proofs)} <Sparkline recent={session.recent} />
          </Fact>
        )}
        <LastAnswer last={session.last} />
        {mcp?.sessionId !== undefined && (
          <Fact word="factMcpSession" term="mcpSession">
            <code>{mcp.sessionId}</code>
          </Fact>
        )}
        {mcp?.protocolVersion !== undefined && <Fact word="factMcpVersion">{mcp.protocolVersion}</Fact>}
      </dl>
      {binding && session.state === 'bound' && <p class="limit">{say('keyLimit')}</p>}
    </section>
  );
}

function LastAnswer({ last }: { readonly last: SessionView['last'] | undefined }) {
  if (!last || isHeldBack(last)) return null;
  const isRefusal = last.status >= 400 && last.error !== 'use_dpop_nonce';
  return (
    <Fact word="factLast">
      <span class={isRefusal ? 'refused' : undefined}>{[last.status, last.error].filter(Boolean).join(' ')}</span>{' '}
      <span class="quiet">{fromNow(last.at, now.value)}</span>
    </Fact>
  );
}

interface FactProps {
  readonly word: Parameters<typeof say>[0];
  readonly term?: TermName;
  readonly children: ComponentChildren;
}

function Fact({ word, term, children }: FactProps) {
  return (
    <div>
      <dt>{term ? <Term name={term}>{say(word)}</Term> : say(word)}</dt>
      <dd>{children}</dd>
    </div>
  );
}
