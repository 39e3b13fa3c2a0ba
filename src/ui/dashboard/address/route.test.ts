import { describe, expect, it } from 'vitest';
import { EVERY_SESSION, type ListQuery } from './list-query.ts';
import { hashOf, type Route, readHash } from './route.ts';

const list: ListQuery = {
  by: 'resource',
  group: 'https://mcp.example/mcp?a=b&c',
  state: 'bound',
  enforcement: 'notTested',
  text: 'a b&c#d',
  sort: 'expires',
  isDescending: true,
};
const ROUTES: Route[] = [
  { view: 'sessions', list: EVERY_SESSION },
  { view: 'sessions', list },
  { view: 'sessions', list: { ...EVERY_SESSION, by: 'resource', group: '' } },
  { view: 'session', session: 'a/b?c#d%', list },
  { view: 'drill', session: 'id', list: EVERY_SESSION },
  { view: 'cookies' },
  { view: 'requests', tab: undefined },
  { view: 'requests', tab: 17 },
  { view: 'activity', lines: { text: '' } },
  {
    view: 'activity',
    lines: {
      ...{ kind: 'refused', agent: 'https://a.example', session: 'id' },
      server: 'x',
      period: 'day',
      text: '+ %',
    },
  },
  { view: 'settings' },
];

describe('the hash of an address', () => {
  it.each(ROUTES)('leads back to what was shown: $view', (route) => {
    expect(readHash(hashOf(route))).toEqual({ route, ignored: [] });
  });

  it.each(['', '#', '#/', '#/?'])('is every session when it is %j', (hash) => {
    expect(readHash(hash)).toEqual({ route: { view: 'sessions', list: EVERY_SESSION }, ignored: [] });
  });

  it.each([
    '#/nowhere',
    '#/session',
    '#/session/',
    '#/session/id/other',
    '#/session/id/drill/x',
    '#/settings/x',
    '#//x',
  ])('is unknown when it is %j', (hash) => expect(readHash(hash).route).toEqual({ view: 'unknown' }));

  it('leaves out what it does not understand, and says what', () => {
    const { route, ignored } = readHash('#/?state=broken&sort=proofs&colour=red&order=up');
    expect(route).toMatchObject({ view: 'sessions', list: { state: undefined, sort: 'proofs', isDescending: false } });
    expect(ignored).toEqual(['state', 'colour', 'order']);
  });

  it('takes an id that is no percent encoding as it stands', () => {
    expect(readHash('#/session/%zz').route).toMatchObject({ view: 'session', session: '%zz' });
  });
});
