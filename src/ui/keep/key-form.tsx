import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { FailureCode } from '../../messages/ui.ts';
import { headerProblem, keyIn, schemeProblem, secretProblem, serverProblem } from '../../model/given-key.ts';
import { LONGEST_URL } from '../../model/quotas.ts';
import { NotDone } from '../actions/not-done.tsx';
import { hostOf } from '../names.ts';
import { fieldOf } from '../session/given-field.ts';
import { ask, consents, isLocked, sessions, sites } from '../state.ts';
import { allowServers } from '../waiting/access.ts';
import { say } from '../words.ts';
import { Field, SecretField } from './field.tsx';

/** A key that was kept. */
export interface Kept {
  readonly agent: string;
  readonly server: string;
  readonly handle: string;
}

export interface KeyFormProps {
  readonly agent: string | undefined;
  readonly server: string | undefined;
  readonly onKept: (kept: Kept) => void;
}

const HEADERS = ['Authorization', 'X-API-Key'];

/** A new key: whose it is, where it goes, how it stands in a request, and the key itself. */
export function KeyForm({ agent: wanted, server: offered = '', onKept }: KeyFormProps) {
  const known = sites.value ?? [];
  const agent = useSignal(wanted && known.includes(wanted) ? wanted : (known[0] ?? ''));
  const server = useSignal(offered);
  const header = useSignal('Authorization');
  /** Undefined until the person has said it: as is usual with the header. */
  const ownScheme = useSignal<string | undefined>(undefined);
  const name = useSignal('');
  const secret = useRef<HTMLInputElement>(null);
  const isTried = useSignal(false);
  const isBusy = useSignal(false);
  const failure = useSignal<FailureCode | undefined>(undefined);
  const secretWrong = useSignal<ReturnType<typeof secretProblem>>(undefined);
  const scheme = ownScheme.value ?? (/^authorization$/i.test(header.value) ? 'Bearer' : '');
  const wrong = {
    server: serverProblem(server.value.trim()),
    header: headerProblem(header.value.trim()),
    scheme: schemeProblem(scheme.trim()),
  };

  async function keep(): Promise<void> {
    isTried.value = true;
    const key = keyIn(secret.current?.value ?? '', scheme.trim());
    secretWrong.value = secretProblem(key);
    if (secretWrong.value ?? wrong.server ?? wrong.header ?? wrong.scheme) return;
    isBusy.value = true;
    failure.value = undefined;
    const to = { agent: agent.value, server: new URL(server.value.trim()).href };
    const isAllowed = await allowServers(ask, to.agent, [new URL(to.server).origin]);
    const result = isAllowed
      ? await ask({
          ...{ kind: 'keep', ...to, header: header.value.trim(), scheme: scheme.trim() },
          ...{ name: name.value.trim(), secret: key },
        })
      : ({ ok: false, code: 'not_allowed' } as const);
    isBusy.value = false;
    if (!result.ok) failure.value = result.code;
    else if (result.handle !== undefined) onKept({ ...to, handle: result.handle });
  }

  const shown = <Problem,>(problem: Problem) => (isTried.value ? problem : undefined);
  return (
    <form
      autocomplete="off"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void keep();
      }}
    >
      <div class="field">
        <label for="agent">{say('factAgent')}</label>
        <select
          id="agent"
          value={agent.value}
          aria-describedby="agent-what"
          onChange={({ currentTarget }) => {
            agent.value = currentTarget.value;
          }}
        >
          {known.map((site) => (
            <option key={site} value={site}>
              {hostOf(site)}
            </option>
          ))}
        </select>
        <p id="agent-what" class="note">
          {say('keyAgentWhat')}
        </p>
      </div>
      <Field
        label={say('keyServer')}
        what={say('keyServerWhat')}
        problem={shown(wrong.server)}
        offered={serversOf(agent.value)}
        longest={LONGEST_URL}
        value={server.value}
        onType={(text) => {
          server.value = text;
        }}
      />
      <div class="two">
        <Field
          label={say('factField')}
          what={say('keyHeaderWhat')}
          problem={shown(wrong.header)}
          offered={HEADERS}
          value={header.value}
          onType={(text) => {
            header.value = text;
          }}
        />
        <Field
          label={say('keyScheme')}
          what={say('keySchemeWhat')}
          problem={shown(wrong.scheme)}
          value={scheme}
          onType={(text) => {
            ownScheme.value = text;
          }}
        />
      </div>
      <p class="preview">
        {say('keyLeavesAs')} <code>{fieldOf(header.value.trim(), scheme.trim())}</code>
      </p>
      <SecretField input={secret} problem={secretWrong.value} />
      <Field
        label={say('keyName')}
        what={say('keyNameWhat')}
        value={name.value}
        onType={(text) => {
          name.value = text;
        }}
      />
      <button type="submit" class="primary" disabled={isBusy.value || isLocked.value}>
        {say('keepAction')}
      </button>
      <NotDone failure={failure} />
      <p class="limit">{say('keyLimitGiven')}</p>
    </form>
  );
}

/** What an agent is known to use, or was allowed. */
function serversOf(agent: string): readonly string[] {
  const used = sessions.value.flatMap((session) => (session.agent === agent ? (session.resource ?? []) : []));
  return [...new Set([...used, ...(consents.value[agent] ?? [])])];
}
