import { expect, test, vi } from 'vitest';
import { type Commands, DONE } from '../../messages/ui-request.ts';
import { anOrigin, aSessionId } from '../../model/brands.fixture.ts';
import type { Session, SessionId } from '../../model/session.ts';
import { HoldfastError } from '../../protocol/error.ts';
import { createChanges } from '../changes.ts';
import { createCommands } from './commands.ts';

const AGENT = anOrigin('https://agent.example');
const SESSION = aSessionId('session');

function createParts() {
  const kept = new Map([[SESSION, { id: SESSION, agent: AGENT, state: 'revoked' } as Session]]);
  const work = () => vi.fn(async () => undefined);
  const ended = () => vi.fn(async (): Promise<'done' | 'locked' | 'over'> => 'done');
  const parts = {
    holdfast: {
      ...{ revoke: ended(), revokeAll: ended(), retire: ended() },
      drill: { run: ended(), stop: vi.fn(), stopAll: vi.fn() },
    },
    sessions: { get: async (id: SessionId) => kept.get(id), remove: async (id: SessionId) => void kept.delete(id) },
    sites: { protect: work(), unprotect: work() },
    access: { decline: vi.fn() },
    ...{ allow: work(), policies: { choose: work() }, settings: { retain: work() } },
    lock: { commands: {} as Commands },
    changes: createChanges(),
  };
  const agentChanged = vi.fn();
  parts.changes.on('agent', agentChanged);
  return { kept, parts, agentChanged, commands: createCommands(parts as never) };
}

test('each session that a view names is the one that is revoked, retired or drilled', async () => {
  const { parts, commands } = createParts();
  expect(await commands.revoke({ kind: 'revoke', session: SESSION })).toEqual(DONE);
  expect(await commands.retire({ kind: 'retire', session: SESSION })).toEqual(DONE);
  expect(await commands.drill({ kind: 'drill', session: SESSION })).toEqual(DONE);
  expect(await commands.stopDrill({ kind: 'stopDrill', session: SESSION })).toEqual(DONE);
  const { revoke, retire, drill } = parts.holdfast;
  for (const done of [revoke, retire, drill.run, drill.stop]) expect(done).toHaveBeenCalledWith(SESSION);
  await commands.revokeAll({ kind: 'revokeAll', agent: AGENT });
  expect(parts.holdfast.revokeAll).toHaveBeenCalledWith(AGENT);
});

test.for([
  ['locked', 'locked'],
  ['over', 'session_ended'],
] as const)('a session that is %s is not worked on, and the answer says so', async ([outcome, code]) => {
  const { parts, commands } = createParts();
  const { revoke, retire, drill } = parts.holdfast;
  for (const work of [revoke, retire, drill.run]) work.mockResolvedValueOnce(outcome);
  for (const kind of ['revoke', 'retire', 'drill'] as const) {
    expect(await commands[kind]({ kind, session: SESSION } as never)).toEqual({ ok: false, code });
  }
});

test('a command is done when its work is, and fails with it', async () => {
  const { parts, commands } = createParts();
  const full = new HoldfastError('storage_full', 'no room');
  parts.holdfast.retire.mockRejectedValueOnce(full);
  await expect(commands.retire({ kind: 'retire', session: SESSION })).rejects.toBe(full);
});

test('a session that is taken off the list is forgotten, and its agent’s badge is told', async () => {
  const { kept, agentChanged, commands } = createParts();
  expect(await commands.forget({ kind: 'forget', session: SESSION })).toEqual(DONE);
  expect(kept.size).toBe(0);
  expect(agentChanged).toHaveBeenCalledExactlyOnceWith(AGENT);
  expect(await commands.forget({ kind: 'forget', session: SESSION })).toEqual(DONE);
  expect(agentChanged).toHaveBeenCalledOnce();
});
