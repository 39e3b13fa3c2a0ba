/** One challenge of a `WWW-Authenticate` field. Scheme and parameter names are lower-cased. */
export interface Challenge {
  readonly scheme: string;
  readonly token68?: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const TOKEN = /[!#$%&'*+\-.^_`|~\w]+/y;
const TOKEN68 = /[\w\-.~+/]+=*(?=[ \t]*(?:,|$))/y;
const EQUALS = /[ \t]*=[ \t]*/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/sy;
const SPACE = /[ \t]+/y;
const SEPARATOR = /[ \t,]+/y;
const REST = /[^,]*/y;

/**
 * The challenges of a `WWW-Authenticate` field value, in their order. Several challenges may share one field value, and
 * a comma separates parameters as well as challenges. What cannot be read is passed over up to the next comma.
 *
 * @see RFC 9110 §11.2, §11.3 and §11.6.1
 */
export function parseChallenges(field: string): Challenge[] {
  const challenges: { scheme: string; token68?: string; parameters: Record<string, string> }[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(field);
    if (match) at = pattern.lastIndex;
    return match;
  };

  while (at < field.length) {
    if (take(SEPARATOR)) continue;
    const name = take(TOKEN)?.[0].toLowerCase();
    const current = challenges.at(-1);
    if (name === undefined) {
      at += 1;
      take(QUOTED);
      take(REST);
    } else if (current && take(EQUALS)) {
      const value = take(QUOTED)?.[1]?.replace(/\\(.)/gs, '$1') ?? take(TOKEN)?.[0];
      if (value !== undefined && !Object.hasOwn(current.parameters, name)) current.parameters[name] = value;
    } else {
      const challenge: (typeof challenges)[number] = { scheme: name, parameters: Object.create(null) };
      challenges.push(challenge);
      const token68 = take(SPACE) && !isParameter(field, at) ? take(TOKEN68)?.[0] : undefined;
      if (token68 !== undefined) challenge.token68 = token68;
    }
  }
  return challenges;
}

/** A field value that reads back as `challenges`. */
export function formatChallenges(challenges: readonly Challenge[]): string {
  return challenges
    .map(({ scheme, token68, parameters }) => {
      const list = Object.entries(parameters).map(([name, value]) => `${name}="${value.replace(/[\\"]/g, '\\$&')}"`);
      return [scheme, token68 ?? list.join(', ')].filter(Boolean).join(' ');
    })
    .join(', ');
}

/** Whether a `name=value` pair starts here; `abc=` and `abc==` before a comma or the end are a token68. */
function isParameter(field: string, at: number): boolean {
  return /^[!#$%&'*+\-.^_`|~\w]+[ \t]*=[ \t]*(?:"|[!#$%&'*+\-.^_`|~\w])/.test(field.slice(at));
}
