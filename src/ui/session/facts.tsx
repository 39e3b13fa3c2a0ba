import type { ComponentChildren } from 'preact';
import { bindingOf, isLiveView, type SessionView } from '../../messages/ui.ts';
import { ActionButton } from '../actions/action-button.tsx';
import type { TermName } from '../glossary.ts';
import { CustodyLabel } from '../labels/custody-label.tsx';
import { EnforcementLabel } from '../labels/enforcement-label.tsx';
import { Foreign } from '../labels/foreign.tsx';
import { Mark } from '../labels/mark.tsx';
import { Sparkline } from '../labels/sparkline.tsx';
import { Term } from '../labels/term.tsx';
import { Thumbprint } from '../labels/thumbprint.tsx';
import { hostOf, nicknameOf, resourceName } from '../names.ts';
import { now } from '../state.ts';
import { count, fromNow, moment, say } from '../words.ts';
import { answerOf } from './explain.ts';
import { isWholeServer } from './further.ts';
import { fieldOf } from './given-field.ts';
import { Expiry } from './live.tsx';

/** Scopes that are listed. */
const SCOPES = 100;

/** Everything that is known of a session, by its name. */
export function Facts({ session, more }: { readonly session: SessionView; readonly more?: string | undefined }) {
  const { id, agent, resource, issuer, clientId, scopes, issuedAt, expiresAt, enforcement, mcp, account } = session;
  const nickname = nicknameOf(session);
  const binding = bindingOf(session);
  const isLive = isLiveView(session);
  const answer = answerOf(session);
  return (
    <>
      {more && <p>{more}</p>}
      <dl class="facts">
        <Fact word="factAgent" term="agent">
          {agent}
        </Fact>
        <Fact word="factResource" term="resource">
          {resource ?? say('unknownResource')}
        </Fact>
        <Fact word="factFurther">
          {'further' in session && session.further && <Further id={id} addresses={session.further} />}
        </Fact>
        <Fact word="factName">{nickname && <Foreign text={nickname} />}</Fact>
        <Fact word="factAccount">
          {account !== undefined && (
            <>
              <Foreign text={account} /> <span class="quiet">{say('accountSaid', hostOf(issuer ?? ''))}</span>
            </>
          )}
        </Fact>
        <Fact word="factField" term="given">
          {session.state === 'given' && <code>{fieldOf(session.header, session.scheme)}</code>}
        </Fact>
        <Fact word="factIssuer" term="issuer">
          {issuer}
        </Fact>
        <Fact word="factClient" term="client">
          {clientId !== undefined && <Foreign text={clientId} />}
        </Fact>
        <Fact word="factScopes" term="scope">
          {session.state !== 'given' && (
            <>
              <Foreign text={scopes.slice(0, SCOPES).join(' ') || say('none')} />
              {scopes.length > SCOPES && <span class="quiet"> {count('moreScopes', scopes.length - SCOPES)}</span>}
            </>
          )}
        </Fact>
        <Fact word="factThumbprint" term="thumbprint">
          {binding && (
            <>
              <Mark thumbprint={binding.thumbprint} /> <Thumbprint value={binding.thumbprint} full />
            </>
          )}
        </Fact>
        <Fact word="factAlgorithm" term="algorithm">
          {binding?.algorithm}
        </Fact>
        <Fact word="factCode" term="code">
          {binding && say(binding.codeBound ? 'codeBound' : 'codeNotBound')}
        </Fact>
        <Fact word="termCustody" term="custody">
          {isLive && <CustodyLabel session={session} />}
        </Fact>
        <Fact word="dashboardEnforcement" term="enforcement">
          {isLive && (
            <>
              <EnforcementLabel session={session} />
              {enforcement && <span class="quiet"> {fromNow(enforcement.at, now.value)}</span>}
            </>
          )}
        </Fact>
        <Fact word="factIssued">{moment(issuedAt)}</Fact>
        <Fact word="factExpires">
          {expiresAt !== undefined && moment(expiresAt)}{' '}
          {isLive && session.state !== 'given' && <Expiry session={session} />}
        </Fact>
        <Fact word="factEnded">{'endedAt' in session && moment(session.endedAt)}</Fact>
        <Fact word="factProofs" term="proof">
          {binding && (
            <span class="proofs">
              <span>{count('proofs', session.proofs)}</span> <Sparkline recent={session.recent} />
            </span>
          )}
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
          {mcp?.sessionId && (
            <code>
              <Foreign text={mcp.sessionId} />
            </code>
          )}
        </Fact>
        <Fact word="factMcpVersion">{mcp?.protocolVersion && <Foreign text={mcp.protocolVersion} />}</Fact>
      </dl>
      {session.state === 'bound' && <p class="limit">{say('keyLimit')}</p>}
    </>
  );
}

/** Where the person lets a session be used beside its resource, and the way to take each back. */
function Further({ id, addresses }: { readonly id: string; readonly addresses: readonly string[] }) {
  return (
    <ul class="further">
      {addresses.map((address) => (
        <li key={address}>
          <code>{resourceName(address)}</code>{' '}
          <span class="quiet">{say(isWholeServer(address) ? 'furtherEverywhere' : 'furtherBelow')}</span>{' '}
          <ActionButton
            label={say('furtherTakeBack')}
            name={say('namedAction', say('furtherTakeBack'), resourceName(address))}
            look="link"
            request={{ kind: 'takeBack', session: id, address }}
          />
        </li>
      ))}
    </ul>
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
