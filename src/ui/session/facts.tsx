import type { ComponentChildren } from 'preact';
import { bindingOf, type SessionView } from '../../messages/ui.ts';
import type { TermName } from '../glossary.ts';
import { CustodyLabel } from '../labels/custody-label.tsx';
import { EnforcementLabel } from '../labels/enforcement-label.tsx';
import { Term } from '../labels/term.tsx';
import { Thumbprint } from '../labels/thumbprint.tsx';
import { now } from '../state.ts';
import { count, fromNow, moment, say } from '../words.ts';
import { answerOf } from './explain.ts';

/** Everything that is known of a session, by its name. */
export function Facts({ session }: { readonly session: SessionView }) {
  const { agent, resource, issuer, clientId, scopes, issuedAt, expiresAt, enforcement, mcp } = session;
  const binding = bindingOf(session);
  const isBound = session.state === 'bound';
  const answer = answerOf(session);
  return (
    <>
      <dl class="facts">
        <Fact word="factAgent" term="agent">
          {agent}
        </Fact>
        <Fact word="factResource" term="resource">
          {resource ?? say('unknownResource')}
        </Fact>
        <Fact word="factIssuer" term="issuer">
          {issuer}
        </Fact>
        <Fact word="factClient" term="client">
          {clientId}
        </Fact>
        <Fact word="factScopes" term="scope">
          {scopes.join(' ') || say('none')}
        </Fact>
        <Fact word="factThumbprint" term="thumbprint">
          {binding && <Thumbprint value={binding.thumbprint} full />}
        </Fact>
        <Fact word="factAlgorithm" term="algorithm">
          {binding?.algorithm}
        </Fact>
        <Fact word="factCode" term="code">
          {binding && say(binding.codeBound ? 'codeBound' : 'codeNotBound')}
        </Fact>
        <Fact word="termCustody" term="custody">
          {isBound && <CustodyLabel session={session} />}
        </Fact>
        <Fact word="dashboardEnforcement" term="enforcement">
          {isBound && (
            <>
              <EnforcementLabel session={session} />
              {enforcement && <span class="quiet"> {fromNow(enforcement.at, now.value)}</span>}
            </>
          )}
        </Fact>
        <Fact word="factIssued">{moment(issuedAt)}</Fact>
        <Fact word="factExpires">{expiresAt !== undefined && moment(expiresAt)}</Fact>
        <Fact word="factEnded">{'endedAt' in session && moment(session.endedAt)}</Fact>
        <Fact word="factProofs" term="proof">
          {binding && count('proofs', session.proofs)}
        </Fact>
        <Fact word="factLast">
          {answer && (
            <>
              <span class={answer.isRefusal ? 'refused' : undefined}>{answer.result}</span>{' '}
              <span class="quiet">{fromNow(answer.at, now.value)}</span>
            </>
          )}
        </Fact>
        <Fact word="factMcpSession" term="mcpSession">
          {mcp?.sessionId && <code>{mcp.sessionId}</code>}
        </Fact>
        <Fact word="factMcpVersion">{mcp?.protocolVersion}</Fact>
      </dl>
      {isBound && <p class="limit">{say('keyLimit')}</p>}
    </>
  );
}

interface FactProps {
  readonly word: Parameters<typeof say>[0];
  readonly term?: TermName;
  /** Nothing, where it is not known. */
  readonly children: ComponentChildren;
}

function Fact({ word, term, children }: FactProps) {
  if (!children) return null;
  return (
    <div>
      <dt>{term ? <Term name={term}>{say(word)}</Term> : say(word)}</dt>
      <dd>{children}</dd>
    </div>
  );
}
