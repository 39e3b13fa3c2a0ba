import { expect, test } from 'vitest';
import type { AskPurpose } from '../../messages/ui.ts';
import { originOf } from '../../model/origin.ts';
import type { Caller } from '../../sessions/ports.ts';
import { createServers } from '../../sessions/sign-in/server-discovery.ts';
import { AGENT, createWorld, ISSUER, METADATA_URL, RESOURCE } from '../world.fixture.ts';

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
