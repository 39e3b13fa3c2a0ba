import { decodeJwt } from 'jose';
import { type Candidate, findCandidates } from './candidates.ts';
import type { Reading } from './readings.ts';

/**
 * What a string that looks like a credential is.
 *
 * - `bearer`: opens a door by itself
 * - `opaque`: a credential that says nothing of itself
 * - `bound`: opens a door only together with a key
 * - `handle`: stands for something that is not here
 */
export type ExhibitKind = 'bearer' | 'opaque' | 'bound' | 'handle';

/** A string that looks like a credential, in plain words. */
export interface Exhibit {
  readonly value: string;
  /** Everywhere that it was found. */
  readonly sources: readonly string[];
  readonly kind: ExhibitKind;
  /** What it is, in a few words. */
  readonly what: string;
  /** What it is good for. */
  readonly meaning: string;
}

/** The credentials among the readings, each once. */
export function findExhibits(readings: readonly Reading[]): readonly Exhibit[] {
  const exhibits = new Map<string, Exhibit>();
  for (const candidate of readings.flatMap(findCandidates)) {
    const known = exhibits.get(candidate.value);
    const sources = [...(known?.sources ?? []), candidate.source];
    exhibits.set(candidate.value, { value: candidate.value, ...inWords(candidate), sources });
  }
  return [...exhibits.values()];
}

type Description = Pick<Exhibit, 'kind' | 'what' | 'meaning'>;

function inWords({ value, name }: Candidate): Description {
  const [prefix] = /^hfr?_/.exec(value) ?? [];
  if (prefix) {
    return {
      kind: 'handle',
      what: `An opaque handle, ${prefix}…`,
      meaning: 'No claims, no signature: there is no token in it.',
    };
  }
  if (name === 'refresh_token') {
    return { kind: 'opaque', what: 'A refresh token', meaning: 'It buys new access tokens.' };
  }
  return jwtInWords(value) ?? { kind: 'opaque', what: 'An opaque access token', meaning: 'It says nothing of itself.' };
}

function jwtInWords(value: string): Description | undefined {
  try {
    const { aud, sub, exp, cnf } = decodeJwt<{ cnf?: { jkt?: string } }>(value);
    const use = `Opens ${withoutScheme(String(aud))} as ${sub} until ${clock(exp)}.`;
    if (!cnf?.jkt) return { kind: 'bearer', what: 'A JWT access token', meaning: `${use} It asks for nothing else.` };
    const key = `${cnf.jkt.slice(0, 6)}…${cnf.jkt.slice(-6)}`;
    return { kind: 'bound', what: 'A bound JWT access token', meaning: `${use} It needs a proof by its key, ${key}.` };
  } catch {
    return undefined;
  }
}

function withoutScheme(url: string): string {
  return url.replace(/^https?:\/\//, '');
}

function clock(seconds: number | undefined): string {
  if (seconds === undefined) return 'for ever';
  return new Date(seconds * 1000).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}
