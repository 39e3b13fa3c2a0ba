import { beforeEach, expect, test } from 'vitest';
import type { BoundSession } from '../../model/session.ts';
import { createWorld } from '../../scenarios/world.fixture.ts';
import { readSession } from './records.ts';

let session: BoundSession;
beforeEach(async () => {
  session = await createWorld().bound();
});

test.each([
  ['holdfast', {}],
  ['page', { inPage: true }],
])('a session that was stored before its handles said who keeps the tokens is kept by %s', (by, more) => {
  const { access, refresh } = session.handles;
  const stored = { ...session, ...more, handles: { access, refresh } };
  expect(readSession(stored)).toEqual({ ...session, handles: { by, access, refresh } });
});

test('a session is read as it was stored', () => {
  expect(readSession(structuredClone(session))).toEqual(session);
});
