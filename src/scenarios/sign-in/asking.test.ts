import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { AskPurpose } from '../../messages/ui.ts';
import { originOf } from '../../model/origin.ts';
import { resourceMetadataUrl } from '../../protocol/oauth/well-known.ts';
import type { Caller } from '../../sessions/ports.ts';
import { createServers } from '../../sessions/sign-in/server-discovery.ts';
import { AGENT, createWorld, ISSUER, METADATA, METADATA_URL, RESOURCE, tokens, type World } from '../world.fixture.ts';

/** What a person is told when a page that has read of these resources discovers a server. */
async function askedOf(...resources: string[]): Promise<(AskPurpose | undefined)[]> {
  const { ports } = createWorld();
  const purposes: (AskPurpose | undefined)[] = [];
  const access = {
    ...ports.access,
    ensure: async (...[, , purpose]: Parameters<typeof ports.access.ensure>) => {
      purposes.push(purpose);
      return true;
    },
  };
  const caller: Caller = { agent: AGENT, tab: 1, since: 0, resources: new Set(resources) };
  await createServers({ ...ports, access }).discover(METADATA_URL, caller);
  return purposes;
}

const origin = originOf(RESOURCE);

test('a person is told at which server an agent signs in, and for which', async () => {
  const purpose = { kind: 'signIn', issuer: ISSUER, resource: origin };
  expect(await askedOf(RESOURCE)).toEqual([purpose, purpose]);
  expect(await askedOf(RESOURCE, `${origin}/other`)).toEqual([purpose, purpose]);
});

test('of several servers that a page has read of, none is named as the one that it signs in for', async () => {
  const purpose = { kind: 'signIn', issuer: ISSUER, resource: undefined };
  expect(await askedOf(RESOURCE, 'https://bank.example/mcp')).toEqual([purpose, purpose]);
  expect(await askedOf()).toEqual([purpose, purpose]);
});

test('a page that reads the metadata of resources without end asks for its latest sixteen', async () => {
  const world = createWorld();
  const caller = world.caller();
  for (let number = 0; number < 100; number += 1)
    await world.ask({ kind: 'resource', url: `https://server-${number}.example/mcp` }, caller);
  expect(caller.resources.size).toBe(16);
  expect(caller.resources).toContain('https://server-99.example/mcp');
});

describe('a document signs in at one server after another', () => {
  const OTHER = 'https://other.example/mcp';
  const SIGN_IN = { grant_type: 'authorization_code', code: 'c', client_id: 'me' };
  let world: World;
  let document: Caller;
  beforeEach(() => {
    world = createWorld();
    document = world.caller();
    for (const resource of [RESOURCE, OTHER]) {
      world.documents.set(resourceMetadataUrl(resource), { resource, authorization_servers: [ISSUER] });
    }
  });

  async function discover(...resources: string[]): Promise<void> {
    for (const url of resources) await world.ask({ kind: 'resource', url: resourceMetadataUrl(url) }, document);
    await world.ask({ kind: 'discover', url: METADATA_URL, dpop: true }, document);
  }

  const REFUSALS: readonly (readonly [string, () => unknown])[] = [
    ['the person has declined', () => world.declines.add(originOf(OTHER))],
    ['the site’s policy forbids', () => Object.assign(world.policy, { servers: [ISSUER, origin] })],
  ];

  test.each(REFUSALS)('one that %s is in the way of its own sign-in, and of no later one', async (_, refuse) => {
    refuse();
    await discover(OTHER);
    expect(world.named).toEqual([]);
    await discover(RESOURCE);
    expect(world.named).toHaveLength(1);
    await discover(OTHER);
    expect(world.named).toHaveLength(1);
  });

  test.each(REFUSALS)('one that %s is not in the way of a sign-in that names another', async (_, refuse) => {
    refuse();
    await discover(OTHER);
    world.replies.push(tokens());
    await world.post(METADATA.token_endpoint, { ...SIGN_IN, code_verifier: 'v', resource: RESOURCE }, document);
    expect(await world.ports.sessions.list()).toMatchObject([{ state: 'bound', resource: RESOURCE }]);
  });

  test('one that hangs keeps a later sign-in waiting for a moment', async () => {
    const { get } = world.ports.network;
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    vi.spyOn(world.ports.network, 'get').mockImplementation((url, agent) => {
      if (url !== resourceMetadataUrl(OTHER)) return get(url, agent);
      void vi.advanceTimersByTimeAsync(2_000);
      return new Promise(() => undefined);
    });
    await discover(OTHER, RESOURCE);
    expect(world.named).toHaveLength(1);
    vi.useRealTimers();
  });
});
