import { beforeEach, expect, test } from 'vitest';
import { anOrigin } from '../../model/brands.fixture.ts';
import { isAccessHandle } from '../../model/handle.ts';
import { REMARK_REST_MS } from '../../model/lifetimes.ts';
import type { BoundSession } from '../../model/session.ts';
import type { LeftHandle } from '../../sessions/requests/unreached.ts';
import { AGENT, createWorld, leaving, RESOURCE, type World } from '../world.fixture.ts';

let world: World;
let session: BoundSession;
beforeEach(async () => {
  world = createWorld();
  session = await world.bound();
});

const left = async (from: LeftHandle['from'], agent = AGENT) => {
  const handle = session.handles.access;
  if (!isAccessHandle(handle)) throw new Error('the page holds the token');
  await world.holdfast.unproved(agent, RESOURCE, undefined, { handle, from });
};
const lines = () => world.activity.filter(({ kind }) => kind === 'unreached').map(({ code }) => code);
const noted = async () => (await world.ports.usage.get(session.id)).unreached;

test('a handle that leaves a service worker as it is is said with its session, and logged once in a while', async () => {
  for (let round = 0; round < 50; round += 1) await left('serviceWorker');
  await expect.poll(noted).toBe('serviceWorker');
  expect(lines()).toEqual(['serviceWorker']);
  await left('worker');
  await expect.poll(noted).toBe('worker');
  expect(lines()).toEqual(['serviceWorker', 'worker']);
  world.pass(REMARK_REST_MS);
  await left('worker');
  expect(lines()).toHaveLength(3);
});

test('that is over when a request leaves with the token', async () => {
  await left('worker');
  await expect.poll(noted).toBe('worker');
  const reply = await world.ask({ kind: 'prove', token: session.handles.access, method: 'POST', url: RESOURCE });
  if (reply.kind === 'proof') world.holdfast.proofLog.sent(reply.jti, leaving('DPoP real-access'));
  await expect.poll(noted).toBeUndefined();
});

test('nothing is said of another agent that has come by the handle, nor of a handle that Holdfast itself let go', async () => {
  await left('worker', anOrigin('https://other.example'));
  await world.ports.sessions.save({ ...session, state: 'expired', endedAt: 0 } as never);
  await left('worker');
  expect([await noted(), lines()]).toEqual([undefined, []]);
});

test('a page that starts workers without Holdfast, again and again, fills no log with them', async () => {
  for (let round = 0; round < 50; round += 1) await world.ask({ kind: 'unreached' });
  expect([await noted(), lines()]).toEqual([undefined, ['worker']]);
});
