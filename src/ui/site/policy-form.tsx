import { useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { BEARER_DEFAULT, type BearerPolicy } from '../../model/bearer-policy.ts';
import type { PolicyWish, WishedChange } from '../../model/policy.ts';
import { ALGORITHMS, type Algorithm } from '../../protocol/dpop/algorithm.ts';
import { useAct } from '../actions/act.ts';
import { NotDone } from '../actions/not-done.tsx';
import { consents, policies } from '../state.ts';
import { say } from '../words.ts';

/** What the person decides for a site, in a panel that takes the focus and gives it back. */
export function PolicyPanel({ origin, onClose }: { readonly origin: string; readonly onClose: () => void }) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  return (
    <section
      class="policy"
      aria-labelledby="policy-title"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.preventDefault(); // the popup stays
        onClose();
      }}
    >
      <header>
        <h3 id="policy-title" ref={title} tabIndex={-1}>
          {say('policyTitle')}
        </h3>
        <button type="button" class="link" onClick={onClose}>
          {say('policyClose')}
        </button>
      </header>
      <PolicyForm origin={origin} />
    </section>
  );
}

/** What the person decides for a site. What the organization decided shows, and cannot be changed. */
export function PolicyForm({ origin }: { readonly origin: string }) {
  const { failure, run } = useAct();
  const view = policies.value[origin];
  const undone = useSignal(0);
  undone.value; // what was not done is drawn as it still is
  if (!view) return null;
  const { policy, managed } = view;
  const choose = async (change: WishedChange): Promise<void> => {
    if (!(await run({ kind: 'policy', origin, change }))) undone.value += 1;
  };
  const isManaged = (name: keyof PolicyWish): boolean => managed.includes(name);
  return (
    <div class="policy-form">
      <Bearer
        chosen={policy.bearer ?? BEARER_DEFAULT}
        managed={isManaged('bearer')}
        onChange={(bearer) => choose({ bearer })}
      />
      <Switch
        name={say('custody')}
        what={say('custodyWhat')}
        checked={policy.custody ?? true}
        managed={isManaged('custody')}
        onChange={(custody) => choose({ custody })}
      />
      <Servers
        servers={policy.servers ?? []}
        allowed={consents.value[origin] ?? []}
        managed={isManaged('servers')}
        onSave={(servers) => choose({ servers: servers.length > 0 ? servers : null })}
      />
      <Algorithms
        chosen={policy.algorithms ?? []}
        managed={isManaged('algorithms')}
        onChange={(algorithms) => choose({ algorithms: algorithms.length > 0 ? algorithms : null })}
      />
      <NotDone failure={failure} />
    </div>
  );
}

interface BearerProps {
  readonly chosen: BearerPolicy;
  readonly managed: boolean;
  readonly onChange: (bearer: BearerPolicy) => void;
}

/** The ways to deal with plain bearer tokens, as they are offered: how each is named, and what it means. */
const BEARER = [
  ['hold', 'bearerHold', 'bearerHoldWhat'],
  ['expose', 'bearerExpose', 'bearerExposeWhat'],
  ['refuse', 'bearerRefuse', 'bearerRefuseWhat'],
] as const satisfies readonly (readonly [BearerPolicy, string, string])[];

function Bearer({ chosen, managed, onChange }: BearerProps) {
  const group = useId();
  return (
    <fieldset disabled={managed}>
      <legend>{say('bearerPolicy')}</legend>
      <Note what={say('bearerPolicyWhat')} managed={managed} />
      {BEARER.map(([bearer, name, what]) => (
        <label key={bearer} class="switch">
          <input type="radio" name={group} checked={chosen === bearer} onChange={() => onChange(bearer)} />
          <span>
            <strong>{say(name)}</strong>
            <span class="note">{say(what)}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

interface SwitchProps {
  readonly name: string;
  readonly what: string;
  readonly checked: boolean;
  readonly managed: boolean;
  readonly onChange: (on: boolean) => void;
}

function Switch({ name, what, checked, managed, onChange }: SwitchProps) {
  return (
    <label class="switch">
      <input
        type="checkbox"
        checked={checked}
        disabled={managed}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
      <span>
        <strong>{name}</strong>
        <Note what={what} managed={managed} />
      </span>
    </label>
  );
}

interface ServersProps {
  readonly servers: readonly string[];
  /** What the person has allowed the agent: a list to begin with. */
  readonly allowed: readonly string[];
  readonly managed: boolean;
  readonly onSave: (servers: string[]) => void;
}

function Servers({ servers, allowed, managed, onSave }: ServersProps) {
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const wrong = useSignal<string | undefined>(undefined);
  const save = (text: string): void => {
    const lines = text
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean);
    wrong.value = lines.find((line) => !URL.canParse(line) || new URL(line).origin !== line);
    if (wrong.value === undefined) onSave(lines);
    else field.current?.focus();
  };
  const fillIn = (): void => {
    if (!field.current) return;
    field.current.value = allowed.join('\n');
    field.current.focus();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save(String(new FormData(event.currentTarget).get('servers')));
      }}
    >
      <label>
        <strong>{say('policyServers')}</strong>
        <Note what={say('policyServersWhat')} managed={managed} />
        <textarea
          ref={field}
          name="servers"
          rows={Math.max(2, servers.length)}
          spellcheck={false}
          disabled={managed}
          defaultValue={servers.join('\n')}
          aria-invalid={wrong.value !== undefined}
          aria-describedby={`${id}-wrong`}
        />
      </label>
      <p id={`${id}-wrong`} class="problem" role="alert">
        {wrong.value !== undefined && say('policyServersWrong', wrong.value)}
      </p>
      {!managed && (
        <p class="actions">
          <button type="submit">{say('policySave')}</button>
          {allowed.length > 0 && (
            <button type="button" class="link" onClick={fillIn}>
              {say('policyServersNow')}
            </button>
          )}
        </p>
      )}
    </form>
  );
}

interface AlgorithmsProps {
  readonly chosen: readonly Algorithm[];
  readonly managed: boolean;
  readonly onChange: (algorithms: Algorithm[]) => void;
}

function Algorithms({ chosen, managed, onChange }: AlgorithmsProps) {
  return (
    <fieldset disabled={managed}>
      <legend>{say('policyAlgorithms')}</legend>
      <Note what={say('policyAlgorithmsWhat')} managed={managed} />
      {ALGORITHMS.map((algorithm) => (
        <label key={algorithm}>
          <input
            type="checkbox"
            checked={chosen.includes(algorithm)}
            onChange={({ currentTarget: { checked } }) =>
              onChange(ALGORITHMS.filter((one) => (one === algorithm ? checked : chosen.includes(one))))
            }
          />
          {algorithm}
        </label>
      ))}
    </fieldset>
  );
}

function Note({ what, managed }: { readonly what: string; readonly managed: boolean }) {
  return <span class="note">{managed ? say('policyManaged') : what}</span>;
}
