import { type InnerList, type Item, isInnerList, parseList, Token } from 'structured-headers';
import type { Header } from '../http/header.ts';

/** What a response tells of a cookie session that the browser binds to a key of the device. */
export interface DeviceBound {
  /** The response asks the browser to register a key. */
  readonly registers: boolean;
  /** It asks for a proof of a key that is registered. */
  readonly challenges: boolean;
  /** The signature algorithms that the server takes. */
  readonly algorithms: readonly string[];
  /** Where the browser sends the key. */
  readonly path: string | undefined;
}

const REGISTRATION = ['Secure-Session-Registration', 'Sec-Session-Registration'] as const;
const CHALLENGE = ['Secure-Session-Challenge', 'Sec-Session-Challenge'] as const;
/** The longest path and the most algorithms that are shown. */
const LONGEST_PATH = 512;
const MOST_ALGORITHMS = 8;

/**
 * Reads the response header fields of Device Bound Session Credentials, under their names of now and of before. Undefined
 * where there is none. Challenges and session ids are not read.
 *
 * @see W3C Device Bound Session Credentials, "HTTP headers"; RFC 9651 §3.1
 */
export function readDeviceBound(header: Header): DeviceBound | undefined {
  const registration = field(header, REGISTRATION);
  const challenges = field(header, CHALLENGE) !== undefined;
  if (registration === undefined && !challenges) return undefined;
  const [first] = registration === undefined ? [] : listIn(registration);
  const path = first?.[1].get('path');
  return {
    registers: registration !== undefined,
    challenges,
    algorithms: first && isInnerList(first) ? first[0].slice(0, MOST_ALGORITHMS).flatMap(nameIn) : [],
    path: typeof path === 'string' ? path.slice(0, LONGEST_PATH) : undefined,
  };
}

function field(header: Header, names: readonly string[]): string | undefined {
  return names.map(header).find((value) => value !== null) ?? undefined;
}

function listIn(value: string): (InnerList | Item)[] {
  try {
    return parseList(value);
  } catch {
    return []; // a server may send what it likes: that it tried to register is known all the same
  }
}

/** An algorithm, as a token or, in older drafts, a string. */
function nameIn([value]: Item): string[] {
  const name = value instanceof Token ? value.toString() : value;
  return typeof name === 'string' && /^[A-Za-z0-9-]{1,16}$/.test(name) ? [name] : [];
}
