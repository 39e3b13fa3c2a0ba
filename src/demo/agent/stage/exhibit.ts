import { decodeJwt } from 'jose';
import { isJapanese, LANGUAGE, say } from '../../look/say.ts';
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
      what: say(`An opaque handle, ${prefix}…`, `意味のないハンドル ${prefix}…`),
      meaning: say(
        'No claims, no signature: there is no token in it.',
        'クレームも署名もなく、中にトークンはありません。',
      ),
    };
  }
  if (name === 'refresh_token') {
    return {
      kind: 'opaque',
      what: say('A refresh token', 'リフレッシュトークン'),
      meaning: say('It buys new access tokens.', '新しいアクセストークンと引き換えられます。'),
    };
  }
  return (
    jwtInWords(value) ?? {
      kind: 'opaque',
      what: say('An opaque access token', '中身の分からないアクセストークン'),
      meaning: say('It says nothing of itself.', 'それ自体からは何も分かりません。'),
    }
  );
}

function jwtInWords(value: string): Description | undefined {
  try {
    const { aud, sub, exp, cnf } = decodeJwt<{ cnf?: { jkt?: string } }>(value);
    const resource = withoutScheme(String(aud));
    const use = isJapanese
      ? `${clock(exp)}、${sub} として ${resource} を開けます。`
      : `Opens ${resource} as ${sub} ${clock(exp)}.`;
    if (!cnf?.jkt) {
      return {
        kind: 'bearer',
        what: say('A JWT access token', 'JWT アクセストークン'),
        meaning: use + say(' Nothing else is needed.', 'ほかには何もいりません。'),
      };
    }
    const key = `${cnf.jkt.slice(0, 6)}…${cnf.jkt.slice(-6)}`;
    return {
      kind: 'bound',
      what: say('A bound JWT access token', '鍵に紐づいた JWT アクセストークン'),
      meaning: use + say(` It needs a proof by its key, ${key}.`, `鍵 ${key} による証明が必要です。`),
    };
  } catch {
    return undefined;
  }
}

function withoutScheme(url: string): string {
  return url.replace(/^https?:\/\//, '');
}

function clock(seconds: number | undefined): string {
  if (seconds === undefined) return say('for ever', '無期限に');
  const time = new Date(seconds * 1000).toLocaleTimeString(LANGUAGE, { hour: '2-digit', minute: '2-digit' });
  return say(`until ${time}`, `${time} まで`);
}
