import { beforeEach, describe, expect, test } from 'vitest';
import { anOrigin } from '../../model/brands.fixture.ts';
import { AGENT, createWorld, ISSUER, METADATA, RESOURCE, type World } from '../world.fixture.ts';

const HOUR = 60 * 60_000;

let world: World;
beforeEach(async () => {
  world = createWorld();
  await world.bound();
});

const navigate = (query: string, { method = 'GET', agent = AGENT, endpoint = METADATA.authorization_endpoint } = {}) =>
  world.holdfast.authorized(agent, `${endpoint}?${query}`, method);
const noted = () => world.activity.filter(({ kind }) => kind === 'withoutKey');
const ours = () => `dpop_jkt=${world.named.at(-1)?.thumbprint}`;
const own = `dpop_jkt=${'x'.repeat(43)}`;
const resource = `resource=${encodeURIComponent(RESOURCE)}`;

describe('a sign-in without Holdfast’s key is noted', () => {
  test.each([
    ['where it names none', () => `client_id=new&${resource}`],
    ['where only its client is known', () => 'client_id=me'],
    ['where it names another', () => `${resource}&${own}`],
    ['where it names another after that of the rule', () => `${resource}&${ours()}&${own}`],
    [
      'where it names another in other letters, beside that of the rule',
      () => `${resource}&${own.replace('_', '%5F')}&${ours()}`,
    ],
  ])('%s', async (_, query) => {
    await navigate(query());
    expect(noted()).toEqual([{ at: world.ports.now(), agent: AGENT, server: ISSUER, kind: 'withoutKey' }]);
  });

  test('where it is posted, so that nobody sees what it names', async () => {
    await navigate('', { method: 'POST' });
    expect(noted()).toHaveLength(1);
  });

  test('once an hour, however often it is made', async () => {
    for (let index = 0; index < 50; index += 1) await navigate(`${resource}&state=${index}`);
    expect(noted()).toHaveLength(1);
    world.pass(HOUR);
    await navigate(resource);
    expect(noted()).toHaveLength(2);
  });
});

describe('nothing is noted', () => {
  test.each([
    [
      'of a sign-in with the key, and of one that names the key before it once more',
      async () => {
        const before = ours();
        await navigate(`${resource}&code_challenge=c&code_challenge_method=S256&${before}`);
        await navigate(`${resource}&code_challenge=d&code_challenge_method=S256&${before}`);
      },
    ],
    ['of a login of the site’s own', async () => navigate('client_id=website')],
    ['of a pushed request, which has named its key', async () => navigate('client_id=me&request_uri=urn%3Ax')],
    ['at another place of the server', async () => navigate(resource, { endpoint: `${ISSUER}/help` })],
    [
      'of an agent that is not armed there',
      async () => navigate(resource, { agent: anOrigin('https://other.example') }),
    ],
    [
      'of what the server’s own pages post',
      async () => {
        await world.bound({ agent: anOrigin(ISSUER) });
        await navigate('', { method: 'POST', agent: anOrigin(ISSUER) });
      },
    ],
  ])('%s', async (_, work) => {
    await work();
    expect(noted()).toEqual([]);
  });
});
