import type { ProofChecks } from '../../messages/inspection.ts';
import type { ProofView } from '../../model/proof-view.ts';
import { Foreign } from '../labels/foreign.tsx';
import { moment, say } from '../words.ts';
import { ProofKey } from './proof-key.tsx';
import { SectionLink } from './section-link.tsx';

type Word = Parameters<typeof say>[0];

interface Part {
  readonly name: string;
  readonly what: Word;
  readonly section?: string;
  /** Whether it fits the request, by which of the checks. */
  readonly check?: keyof ProofChecks;
}

/** Each part of a proof, what it is for, and where the standard says so. */
const HEADER: readonly Part[] = [
  { name: 'typ', what: 'proofTyp', section: 'RFC 9449 §4.2' },
  { name: 'alg', what: 'proofAlg', section: 'RFC 9449 §4.2', check: 'signature' },
  { name: 'jwk', what: 'proofJwk', section: 'RFC 9449 §4.2', check: 'key' },
];
const CLAIMS: readonly Part[] = [
  { name: 'jti', what: 'proofJti', section: 'RFC 9449 §4.2, §11.1' },
  { name: 'htm', what: 'proofHtm', section: 'RFC 9449 §4.2', check: 'htm' },
  { name: 'htu', what: 'proofHtu', section: 'RFC 9449 §4.2', check: 'htu' },
  { name: 'iat', what: 'proofIat', section: 'RFC 9449 §4.2, §11.1' },
  { name: 'ath', what: 'proofAth', section: 'RFC 9449 §4.2', check: 'ath' },
  { name: 'nonce', what: 'proofNonce', section: 'RFC 9449 §8, §9' },
];

interface Props {
  readonly proof: ProofView;
  /** Whether the parts fit the request that it left with, where that was compared. */
  readonly checks?: ProofChecks | undefined;
  /** The thumbprint of the session's key, where the proof's is to be compared with it. */
  readonly own?: string | undefined;
}

/** A proof, read part by part; what the standard does not define comes last. */
export function ProofTable({ proof: { header, claims }, checks, own }: Props) {
  const isDefined = (name: string): boolean => [...HEADER, ...CLAIMS].some((part) => part.name === name);
  const others = Object.entries({ ...header, ...claims }).filter(([name]) => !isDefined(name));
  return (
    <table class="proof">
      <thead>
        <tr>
          <th scope="col">{say('proofPart')}</th>
          <th scope="col">{say('proofValue')}</th>
          {checks && <th scope="col">{say('proofFit')}</th>}
          <th scope="col">{say('proofWhat')}</th>
        </tr>
      </thead>
      <tbody>
        {HEADER.map((part) => (
          <Row key={part.name} part={part} value={header[part.name]} checks={checks} own={own} />
        ))}
        {CLAIMS.map((part) => (
          <Row key={part.name} part={part} value={claims[part.name]} checks={checks} own={own} />
        ))}
        {others.map(([name, value]) => (
          <Row key={name} part={{ name, what: 'proofOther' }} value={value} checks={checks} own={own} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  readonly part: Part;
  readonly value: unknown;
  readonly checks: ProofChecks | undefined;
  readonly own: string | undefined;
}

function Row({ part: { name, what, section, check }, value, checks, own }: RowProps) {
  return (
    <tr>
      <th scope="row">
        <code>{name}</code>
      </th>
      <td>
        {name === 'jwk' && own !== undefined && typeof value === 'object' && value !== null ? (
          <ProofKey jwk={value} own={own} />
        ) : (
          <code>
            <Foreign text={written(value)} />
          </code>
        )}
        {name === 'iat' && typeof value === 'number' && <span class="note"> {moment(value * 1000)}</span>}
      </td>
      {checks && (
        <td>
          <Fit fit={check && checks[check]} />
        </td>
      )}
      <td>
        {say(what)} <span class="note">{section && <SectionLink section={section} />}</span>
      </td>
    </tr>
  );
}

function Fit({ fit }: { readonly fit: boolean | undefined }) {
  if (fit === undefined) return <span class="note">–</span>;
  return <span class={fit ? 'fits' : 'refused'}>{fit ? `✓ ${say('fitYes')}` : `✗ ${say('fitNo')}`}</span>;
}

function written(value: unknown): string {
  if (value === undefined) return say('none');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
