import { beforeEach, expect, test } from 'vitest';
import type { BoundSession } from '../../model/session.ts';
import { createWorld } from '../../scenarios/world.fixture.ts';
import { readDrill, readSession } from './records.ts';

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

test.each([
  ['broken', ['replayed', 'bearer'], ['bearer']],
  ['incomplete', ['replayed', 'wrongUrl'], ['wrongUrl']],
  ['advised', ['replayed'], ['replayed']],
])('a drill that was stored before its verdicts had levels is %s', (kind, accepted, found) => {
  const stored = { session: 's', resource: 'https://mcp.example/mcp', at: 1, lines: [] };
  const read = readDrill({ ...stored, verdict: { kind: 'notEnforced', accepted, tried: 16 } });
  expect(read).toEqual({ ...stored, verdict: { kind, found } });
});

test('a session is read as it was stored', () => {
  expect(readSession(structuredClone(session))).toEqual(session);
});
