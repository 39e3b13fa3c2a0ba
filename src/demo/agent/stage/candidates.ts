import type { Reading } from './readings.ts';

/** A string that looks like a credential, or goes by the name of one. */
export interface Candidate {
  readonly value: string;
  /** The name that it goes by. */
  readonly name: string;
  /** Where it was found, for people. */
  readonly source: string;
}

const NAMES: ReadonlySet<string> = new Set(['access_token', 'refresh_token', 'id_token']);

/** A JWT, or a handle. */
const LOOKS = /^(?:eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+|hfr?_[\w-]+)$/;

/** Goes through one reading, into the JSON that it may be. */
export function findCandidates({ place, name, value }: Reading): readonly Candidate[] {
  if (place === 'fetch') {
    return [{ value: value.replace(/^\S+ /, ''), name: 'access_token', source: `${name} header` }];
  }
  return search(name, parseJson(value) ?? value, `${place} ${name}`);
}

function search(name: string, value: unknown, source: string): readonly Candidate[] {
  if (typeof value === 'string') return NAMES.has(name) || LOOKS.test(value) ? [{ value, name, source }] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([member, inner]) => search(member, inner, source));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
