import type { InspectedRequest } from '../../messages/inspection.ts';
import { bindingOf, type SessionView, stateAt } from '../../messages/ui.ts';
import { CopyButton } from '../copy/copy-button.tsx';
import { sessionLink } from '../dashboard-link.ts';
import { EnforcementLabel } from '../labels/enforcement-label.tsx';
import { Foreign } from '../labels/foreign.tsx';
import { Mark } from '../labels/mark.tsx';
import { StateLabel } from '../labels/state-label.tsx';
import { Term } from '../labels/term.tsx';
import { Thumbprint } from '../labels/thumbprint.tsx';
import { ProofTable } from '../proof/proof-table.tsx';
import { isLocked, now, sessionWith } from '../state.ts';
import { duration, say } from '../words.ts';
import { challengeWords, nonceWords } from './challenge.ts';
import { corsWords } from './cors-words.ts';
import { curl } from './curl.ts';
import { kindOf } from './kind.ts';
import { report } from './report.ts';
import { KIND_WORDS, PRESENTS_WORDS } from './request-words.ts';
import { selected } from './requests.ts';
import { timingOf } from './timing.ts';

/** One request: what it carried, how the server answered, and why. */
export function RequestDetails({ request }: { readonly request: InspectedRequest }) {
  const { method, url, rpc, mcp, answer, failure, batch, presents, proof, checks } = request;
  const session = sessionWith(request.session);
  const thumbprint = session && bindingOf(session)?.thumbprint;
  const title = rpc ? [rpc.method, rpc.name].filter(Boolean).join(' ') : `${method} ${new URL(url).pathname}`;
  return (
    <section class="panel-details" aria-labelledby="request-title">
      <header>
        <h2 id="request-title">
          <Foreign text={title} />
        </h2>
        <CopyButton label={say('copyCurl')} text={() => curl(request, say('panelCurlNote'))} />
        <CopyButton label={say('copyReport')} text={() => report(request)} />
        <button
          type="button"
          class="link"
          onClick={() => {
            selected.value = undefined;
          }}
        >
          {say('panelClose')}
        </button>
      </header>
      <dl class="facts">
        <dt>{say('columnRequest')}</dt>
        <dd>
          <code>
            {method} {url}
          </code>
        </dd>
        {batch !== undefined && (
          <>
            <dt>{say('factBatch')}</dt>
            <dd>{batch}</dd>
          </>
        )}
        <dt>{say('columnStatus')}</dt>
        <dd>
          <span class={`kind kind-${kindOf(request)}`}>
            {answer?.status ?? failure ?? ''} {say(KIND_WORDS[kindOf(request)])}
          </span>
          {request.isRetry && <span class="note"> {say('isRetry')}</span>}
        </dd>
        <dt>
          <Term name="proof">{say('columnProof')}</Term>
        </dt>
        <dd>{say(PRESENTS_WORDS[presents])}</dd>
        {session && <SessionFact session={session} />}
        {mcp.protocolVersion && (
          <>
            <dt>{say('factProtocol')}</dt>
            <dd>
              <Foreign text={mcp.protocolVersion} />
            </dd>
          </>
        )}
        {mcp.sessionId && (
          <>
            <dt>
              <Term name="mcpSession">{say('factMcpSession')}</Term>
            </dt>
            <dd>
              <code>
                <Foreign text={mcp.sessionId} />
              </code>
            </dd>
          </>
        )}
        <dt>
          <Term name="nonce">{say('factNonce')}</Term>
        </dt>
        <dd>{say(nonceWords(request))}</dd>
      </dl>
      <Timing request={request} />
      <Challenges request={request} />
      <Cors request={request} />
      {proof && (
        <>
          <h3>{say('proofTitle')}</h3>
          <ProofTable proof={proof} checks={checks} own={thumbprint} />
        </>
      )}
    </section>
  );
}

/** Whose token it was, and what the last drill says of its server. */
function SessionFact({ session }: { readonly session: SessionView }) {
  const binding = bindingOf(session);
  return (
    <>
      <dt>
        <Term name="session">{say('columnSession')}</Term>
      </dt>
      <dd class="panel-session">
        {binding && (
          <>
            <Mark thumbprint={binding.thumbprint} />
            <Thumbprint value={binding.thumbprint} />
          </>
        )}
        <StateLabel state={stateAt(session, now.value, isLocked.value)} />
        <EnforcementLabel session={session} />
        <a href={sessionLink(session.id)} target="_blank" rel="noreferrer">
          {say('menuOpen')}
        </a>
      </dd>
    </>
  );
}

function Timing({ request }: { readonly request: InspectedRequest }) {
  const timing = timingOf(request);
  const { made } = request;
  if (!timing) return null;
  return (
    <>
      <h3>{say('timingTitle')}</h3>
      <dl class="facts">
        <dt>Holdfast</dt>
        <dd>
          {made
            ? say(timing.holdfast > 0 ? 'timingWaited' : 'timingAhead', duration(made.took))
            : say('timingNotMeasured')}
        </dd>
        <dt>{say('timingServer')}</dt>
        <dd>{duration(timing.server)}</dd>
        <dt>{say('timingDownload')}</dt>
        <dd>{duration(timing.download)}</dd>
      </dl>
    </>
  );
}

function Cors({ request: { cors = [] } }: { readonly request: InspectedRequest }) {
  if (cors.length === 0) return null;
  return (
    <>
      <h3>{say('corsTitle')}</h3>
      <ul>
        {cors.map((fault) => (
          <li key={fault.kind}>{corsWords(fault)}</li>
        ))}
      </ul>
    </>
  );
}

function Challenges({ request: { answer } }: { readonly request: InspectedRequest }) {
  if (!answer || answer.challenges.length === 0) return null;
  return (
    <>
      <h3>{say('challengeTitle')}</h3>
      <ul class="panel-challenges">
        {answer.challenges.map((challenge) => {
          const { what, section } = challengeWords(challenge);
          return (
            <li key={challenge.scheme}>
              <code>{[challenge.scheme, challenge.error].filter(Boolean).join(' ')}</code>
              {challenge.description && (
                <q>
                  <Foreign text={challenge.description} />
                </q>
              )}
              <p>
                {say(what)} <span class="note">{section}</span>
              </p>
            </li>
          );
        })}
      </ul>
    </>
  );
}
