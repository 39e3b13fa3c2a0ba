import type { ComponentChildren } from 'preact';
import type { SessionView, ViewState } from '../../messages/ui.ts';
import type { TermName } from '../glossary.ts';
import { CustodyLabel } from '../labels/custody-label.tsx';
import { EnforcementLabel } from '../labels/enforcement-label.tsx';
import { Term } from '../labels/term.tsx';
import { Thumbprint } from '../labels/thumbprint.tsx';
import { now } from '../state.ts';
import { count, fromNow, moment, say } from '../words.ts';

/** Everything that is known of the session. */
export function SessionFacts({ session, state }: { readonly session: SessionView; readonly state: ViewState }) {
  const binding = 'binding' in session ? session.binding : undefined;
  const isBound = session.state === 'bound';
  return (
    <>
      <dl>
        <Fact term="agent">{session.agent}</Fact>
        <Fact term="resource">{session.resource ?? say('unknownResource')}</Fact>
        {session.issuer && <Fact term="issuer">{session.issuer}</Fact>}
        {session.clientId && <Fact term="client">{session.clientId}</Fact>}
        {binding && (
          <>
            <Fact term="thumbprint">
              <Thumbprint value={binding.thumbprint} full />
            </Fact>
            <Fact term="algorithm">{binding.algorithm}</Fact>
            <Fact term="code">{say(binding.codeBound ? 'codeBound' : 'codeNotBound')}</Fact>
          </>
        )}
        <Fact term="scope">{session.scopes.join(' ') || say('none')}</Fact>
        {session.mcp?.sessionId && <Fact term="mcpSession">{session.mcp.sessionId}</Fact>}
        <Fact name={say('factIssued')}>{moment(session.issuedAt)}</Fact>
        {session.expiresAt !== undefined && <Fact name={say('factExpires')}>{moment(session.expiresAt)}</Fact>}
        {binding && (
          <Fact term="proof" name={say('factProofs')}>
            {count('proofs', session.proofs)}
          </Fact>
        )}
        {isBound && (
          <>
            <Fact term="custody">
              <CustodyLabel session={session} />
            </Fact>
            <Fact term="enforcement">
              <EnforcementLabel session={session} />
              {session.enforcement && <span class="quiet"> {fromNow(session.enforcement.at, now.value)}</span>}
            </Fact>
          </>
        )}
      </dl>
      {binding && state === 'bound' && <p class="limit">{say('keyLimit')}</p>}
    </>
  );
}

interface FactProps {
  readonly term?: TermName;
  readonly name?: string;
  readonly children: ComponentChildren;
}

function Fact({ term, name, children }: FactProps) {
  return (
    <>
      <dt>{term ? <Term name={term}>{name}</Term> : name}</dt>
      <dd>{children}</dd>
    </>
  );
}
