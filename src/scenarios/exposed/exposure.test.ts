import { beforeEach, describe, expect, test } from 'vitest';
import { anOrigin } from '../../model/brands.fixture.ts';
import type { Origin } from '../../model/origin.ts';
import { MOST_UNBOUND } from '../../model/quotas.ts';
import { AGENT, createWorld, METADATA, RESOURCE, type World } from '../world.fixture.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});

/** The page says that it got a bearer token by itself, for this form. */
const report = (form: Record<string, string>, agent: Origin = AGENT) => {
  const body = new URLSearchParams({ grant_type: 'x', ...form }).toString();
  return world.ask({ kind: 'exposed', url: METADATA.token_endpoint, body }, world.caller(agent));
};
const listed = () => world.ports.sessions.list();
const resourceAt = (number: number) => `https://server-${number}.example/mcp`;

describe('a page that reports bearer tokens without end', () => {
  test('fills no storage: its oldest rows go, and another agent’s stay', async () => {
    const other = anOrigin('https://other.example');
    await report({ resource: RESOURCE }, other);
    for (let number = 0; number <= MOST_UNBOUND; number += 1) {
      world.pass(1);
      await report({ resource: resourceAt(number) });
    }
    const rows = await listed();
    expect(rows.filter(({ agent }) => agent === AGENT)).toHaveLength(MOST_UNBOUND);
    expect(rows.filter(({ agent }) => agent === other)).toHaveLength(1);
    expect(rows.some(({ resource }) => resource === resourceAt(0))).toBe(false);
    expect(rows.some(({ resource }) => resource === resourceAt(MOST_UNBOUND))).toBe(true);
  });

  test('at once, fills none either', async () => {
    const many = Array.from({ length: MOST_UNBOUND + 20 }, (_, number) => report({ resource: resourceAt(number) }));
    await Promise.all(many);
    expect(await listed()).toHaveLength(MOST_UNBOUND);
  });

  test('harms no bound session', async () => {
    const bound = await world.bound();
    for (let number = 0; number <= MOST_UNBOUND; number += 1) await report({ resource: resourceAt(number) });
    expect(await world.ports.sessions.get(bound.id)).toEqual(bound);
  });

  test('names a client, a resource and scopes as long as they are, and keeps none that is beyond belief', async () => {
    const long = 'x'.repeat(20_000);
    await report({ client_id: long, scope: long, resource: `https://mcp.example/${long}` });
    expect(JSON.stringify(await listed()).length).toBeLessThan(1_000);
  });
});

describe('what the page holds no more', () => {
  const revoke = (more: Record<string, string> = {}, url = METADATA.revocation_endpoint, agent = AGENT) =>
    world.post(url, { token: 'real', token_type_hint: 'refresh_token', client_id: 'me', ...more }, world.caller(agent));

  test('is listed no more when the agent gives its token back, and its request goes on as it is', async () => {
    await report({ resource: RESOURCE, client_id: 'me' });
    expect(await revoke()).toEqual({ kind: 'pass' });
    expect(await listed()).toEqual([]);
    expect(world.activity.at(-1)).toMatchObject({ kind: 'revoked', agent: AGENT, server: METADATA.issuer });
    expect(world.posted).toEqual([]);
  });

  test('stays when another client’s is given back, another agent’s, or none: an introspection looks the same', async () => {
    await report({ resource: RESOURCE, client_id: 'me' });
    await revoke({ client_id: 'other' });
    await revoke({}, METADATA.revocation_endpoint, anOrigin('https://other.example'));
    await revoke({}, METADATA.introspection_endpoint);
    expect(await listed()).toMatchObject([{ state: 'exposed' }]);
  });

  test('is gone when the same client signs in again, and Holdfast has its tokens', async () => {
    await report({ resource: RESOURCE, client_id: 'me' });
    await report({ resource: RESOURCE, client_id: 'other' });
    const { id } = await world.bound();
    expect((await listed()).map((one) => one.clientId).sort()).toEqual(['me', 'other']);
    expect(await world.ports.sessions.get(id)).toMatchObject({ state: 'bound', clientId: 'me' });
  });
});

describe('a page that refreshes a token of its own', () => {
  const refresh = (more: Record<string, string> = {}) =>
    report({ grant_type: 'refresh_token', client_id: 'me', ...more });
  const reasons = async () =>
    (await listed()).map((one) => [one.resource, one.state === 'exposed' && one.reason, one.clientId]);

  test.each<[string, Record<string, string>]>([
    ['that names no resource', {}],
    ['that names it', { resource: RESOURCE }],
  ])('by a refresh %s is exposed for what its sign-in was', async (_, more) => {
    await report({ grant_type: 'authorization_code', resource: RESOURCE, client_id: 'me' });
    expect(await reasons()).toEqual([[RESOURCE, 'unverified', 'me']]);
    await refresh(more);
    await refresh(more);
    expect(await reasons()).toEqual([[RESOURCE, 'unverified', 'me']]);
    expect(world.activity.map(({ code }) => code)).toEqual(['unverified', 'unverified', 'unverified']);
  });

  test('is from before the site was protected where no sign-in was seen: of another client, agent or resource says nothing', async () => {
    await report({ grant_type: 'authorization_code', resource: resourceAt(1), client_id: 'me' });
    await report({ grant_type: 'authorization_code', resource: RESOURCE, client_id: 'other' });
    await report(
      { grant_type: 'authorization_code', resource: RESOURCE, client_id: 'me' },
      anOrigin('https://b.example'),
    );
    await refresh({ resource: RESOURCE });
    expect(await reasons()).toContainEqual([RESOURCE, 'not_ours', 'me']);
  });
});

test('one row stands for each resource, however it is written, and each client, whoever says so at the same time', async () => {
  const forms = ['https://mcp.example', 'https://mcp.example/', 'https://MCP.example'];
  await Promise.all(forms.map((resource) => report({ resource, client_id: 'me' })));
  expect(await listed()).toHaveLength(1);
  await report({ resource: 'https://mcp.example', client_id: 'other' });
  expect(await listed()).toHaveLength(2);
});
