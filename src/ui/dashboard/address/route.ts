import { ACTIVITY_KINDS } from '../../../model/activity.ts';
import { type ActivityQuery, EVERY_LINE, PERIODS, type Period } from './activity-query.ts';
import { COLUMNS, ENFORCEMENTS, EVERY_SESSION, GROUPINGS, type ListQuery, STATES } from './list-query.ts';

/** What the dashboard shows. Each can be linked to, by the hash of its address. */
export type Route =
  | { readonly view: 'sessions'; readonly list: ListQuery }
  | { readonly view: 'session' | 'drill'; readonly session: string; readonly list: ListQuery }
  | { readonly view: 'cookies' }
  | { readonly view: 'activity'; readonly lines: ActivityQuery }
  | { readonly view: 'requests'; readonly tab: number | undefined }
  | { readonly view: 'settings' }
  | { readonly view: 'unknown' };

export interface Address {
  readonly route: Route;
  /** Parameters that are not understood, and are left out. */
  readonly ignored: readonly string[];
}

/** Reads the hash of an address: `#/session/<id>/drill?state=bound`. */
export function readHash(hash: string): Address {
  const [path = '', query = ''] = hash.replace(/^#/, '').split(/\?(.*)/s);
  const parameters = new Parameters(query);
  return { route: routeOf(path.replace(/^\/|\/$/g, '').split('/'), parameters), ignored: parameters.left() };
}

/** The hash of what is shown. */
export function hashOf(route: Route): string {
  switch (route.view) {
    case 'sessions':
      return written('', listParameters(route.list));
    case 'session':
      return written(`session/${encodeURIComponent(route.session)}`, listParameters(route.list));
    case 'drill':
      return written(`session/${encodeURIComponent(route.session)}/drill`, listParameters(route.list));
    case 'activity':
      return written('activity', { ...route.lines });
    case 'requests':
      return written('requests', { tab: route.tab?.toString() });
    case 'cookies':
    case 'settings':
      return `#/${route.view}`;
    case 'unknown':
      return '#/';
  }
}

function routeOf([first = '', session = '', part, ...more]: string[], parameters: Parameters): Route {
  if (first === '' && session === '') return { view: 'sessions', list: readList(parameters) };
  if (first === 'session' && session !== '' && more.length === 0 && (part === undefined || part === 'drill')) {
    const list = readList(parameters);
    return { view: part === 'drill' ? 'drill' : 'session', session: decoded(session), list };
  }
  if (session !== '') return { view: 'unknown' };
  if (first === 'activity') return { view: 'activity', lines: readLines(parameters) };
  if (first === 'requests') return { view: 'requests', tab: parameters.number('tab') };
  return first === 'cookies' || first === 'settings' ? { view: first } : { view: 'unknown' };
}

function readList(parameters: Parameters): ListQuery {
  return {
    ...EVERY_SESSION,
    by: parameters.one('by', GROUPINGS) ?? EVERY_SESSION.by,
    group: parameters.text('group'),
    state: parameters.one('state', STATES),
    enforcement: parameters.one('enforcement', ENFORCEMENTS),
    text: parameters.text('text') ?? '',
    sort: parameters.one('sort', COLUMNS),
    isDescending: parameters.one('order', ['descending']) !== undefined,
  };
}

function listParameters({ by, isDescending, ...list }: ListQuery): Record<string, string | undefined> {
  return {
    by: by === EVERY_SESSION.by ? undefined : by,
    ...list,
    order: isDescending ? 'descending' : undefined,
  };
}

function readLines(parameters: Parameters): ActivityQuery {
  return {
    ...EVERY_LINE,
    kind: parameters.one('kind', ACTIVITY_KINDS),
    agent: parameters.text('agent'),
    session: parameters.text('session'),
    server: parameters.text('server'),
    period: parameters.one('period', Object.keys(PERIODS) as Period[]),
    text: parameters.text('text') ?? '',
  };
}

/** The parameters of a hash; it knows which of them nobody took. */
class Parameters {
  readonly #given: URLSearchParams;
  readonly #taken = new Set<string>();

  constructor(query: string) {
    this.#given = new URLSearchParams(query);
  }

  text(name: string): string | undefined {
    this.#taken.add(name);
    return this.#given.get(name) ?? undefined;
  }

  one<Value extends string>(name: string, values: readonly Value[]): Value | undefined {
    const value = values.find((known) => known === this.#given.get(name));
    if (value !== undefined) this.#taken.add(name);
    return value;
  }

  number(name: string): number | undefined {
    const value = Number(this.#given.get(name));
    if (!Number.isSafeInteger(value) || value <= 0) return undefined;
    this.#taken.add(name);
    return value;
  }

  left(): string[] {
    return [...new Set(this.#given.keys())].filter((name) => !this.#taken.has(name));
  }
}

/** Only an empty `group` says something by being empty: the sessions whose resource is not known. */
function written(path: string, parameters: Record<string, string | undefined>): string {
  const given = Object.entries(parameters).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && (entry[1] !== '' || entry[0] === 'group'),
  );
  return `#/${path}${given.length > 0 ? `?${new URLSearchParams(given)}` : ''}`;
}

/** A hash that was cut or typed may hold what is no percent encoding. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
