import { expect, test, vi } from 'vitest';
import { anOrigin, aSessionId } from '../../model/brands.fixture.ts';
import { MOST_SESSIONS } from '../../model/quotas.ts';
import { type BoundSession, ended } from '../../model/session.ts';
import { makeRoom } from '../../sessions/lifecycle/session-quota.ts';
import { AGENT, createWorld, type World } from '../world.fixture.ts';

const OTHER = anOrigin('https://other.example');

/** One more session like another, used last at a time of its own. */
async function copy({ ports }: World, session: BoundSession, number: number): Promise<BoundSession> {
  const tokens = await ports.sessions.tokens(session.id);
  if (!tokens) throw new Error('the session has no tokens');
  const id = aSessionId(`copy-${number}`);
  const handles = { access: `hf_${number}`, refresh: `hfr_${number}` } as BoundSession['handles'];
  const made = { ...session, id, handles, issuedAt: session.issuedAt - number };
  await ports.sessions.save(made, tokens);
  return made;
}

test('of too many sessions of one agent those that are over go first, then the one that was not used for longest', async () => {
  const world = createWorld();
  const first = await world.bound();
  const others = await world.bound({ agent: OTHER });
  for (let number = 1; number < MOST_SESSIONS; number += 1) await copy(world, first, number);
  const over = ended((await world.ports.sessions.get(aSessionId('copy-1'))) as BoundSession, { state: 'expired' }, 1);
  await world.ports.sessions.save(over);
  // The one that was signed in first is still in use.
  const inUse = aSessionId(`copy-${MOST_SESSIONS - 1}`);
  world.ports.usage.answered(inUse, { at: first.issuedAt + 1, status: 200 }, 'https://mcp.example');
  const count = async () => (await world.ports.sessions.list()).length;
  expect(await count()).toBe(MOST_SESSIONS + 1);

  await world.bound();
  await vi.waitFor(async () => expect(await count()).toBe(MOST_SESSIONS + 1));
  expect(await world.ports.sessions.get(over.id)).toBeUndefined();

  world.pass(2);
  const newest = await world.bound(); // no reply is scripted for the revocation: what goes is gone in any case
  await vi.waitFor(async () => expect(await count()).toBe(MOST_SESSIONS + 1));
  const left = (await world.ports.sessions.list()).map(({ id }) => id);
  expect(left).not.toContain(`copy-${MOST_SESSIONS - 2}`);
  expect(left).toEqual(expect.arrayContaining([first.id, others.id, inUse, newest.id]));
  expect(world.activity.filter(({ kind }) => kind === 'revoked').map(({ agent }) => agent)).toEqual([AGENT]);

  // What cannot be revoked stays: its vault is locked.
  await copy(world, first, MOST_SESSIONS);
  await makeRoom(world.ports, AGENT, async () => 'locked');
  expect(await count()).toBe(MOST_SESSIONS + 2);
});
