import type { RefObject } from 'preact';
import { useId } from 'preact/hooks';
import type { KeyProblem } from '../../model/given-key.ts';
import { LONGEST_NAME } from '../../model/quotas.ts';
import { say } from '../words.ts';

interface Props {
  readonly label: string;
  readonly what: string;
  readonly problem?: KeyProblem | undefined;
  /** What is offered. */
  readonly offered?: readonly string[];
  readonly longest?: number;
  readonly value: string;
  readonly onType: (value: string) => void;
}

/** A field of text with what it is for, or what is wrong with what stands in it. */
export function Field({ label, what, problem, offered = [], longest = LONGEST_NAME, value, onType }: Props) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        {...described(id, problem)}
        type="text"
        list={offered.length > 0 ? `${id}-offered` : undefined}
        maxLength={longest}
        value={value}
        onInput={({ currentTarget }) => onType(currentTarget.value)}
      />
      {offered.length > 0 && (
        <datalist id={`${id}-offered`}>
          {offered.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
      <What id={id} what={what} problem={problem} />
    </div>
  );
}

interface SecretProps {
  readonly input: RefObject<HTMLInputElement | null>;
  readonly problem: KeyProblem | undefined;
}

/** Where the key is typed. It stands in this element alone, until it is sent. */
export function SecretField({ input, problem }: SecretProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{say('keySecret')}</label>
      <input {...described(id, problem)} type="password" ref={input} />
      <What id={id} what={say('keySecretWhat')} problem={problem} />
    </div>
  );
}

const described = (id: string, problem: KeyProblem | undefined) =>
  ({
    ...{ id, autocomplete: 'off', spellcheck: false },
    ...{ 'aria-invalid': problem !== undefined, 'aria-describedby': `${id}-what` },
  }) as const;

interface WhatProps extends Pick<Props, 'what' | 'problem'> {
  readonly id: string;
}

function What({ id, what, problem }: WhatProps) {
  return (
    <p id={`${id}-what`} class={problem ? 'problem' : 'note'}>
      {problem ? say(WRONG[problem]) : what}
    </p>
  );
}

const WRONG = {
  serverNone: 'keyServerNone',
  serverInsecure: 'keyServerInsecure',
  serverPath: 'keyServerPath',
  headerNone: 'keyHeaderNone',
  headerReserved: 'keyHeaderReserved',
  schemeNone: 'keySchemeNone',
  schemeDpop: 'keySchemeDpop',
  secretNone: 'keySecretNone',
  secretCharacters: 'keySecretCharacters',
  secretHandle: 'keySecretHandle',
} as const satisfies Record<KeyProblem, string>;
