import { expect, test, vi } from 'vitest';
import { type Commands, DONE } from '../../messages/ui-request.ts';
import type { Origin, Session, SessionId } from '../../model/session.ts';
import { HoldfastError } from '../../protocol/error.ts';
import { createCommands } from './commands.ts';

const AGENT = 'https://agent.example' as Origin;
const SESSION = 'session' as SessionId;

function createParts() {
  const kept = new Map([[SESSION, { id: SESSION, agent: AGENT, state: 'revoked' } as Session]]);
  const work = () => vi.fn(async () => undefined);
  const parts = {
    holdfast: {
      ...{ revokeForPerson: work(), revokeAll: work(), retire: work() },
      drill: { run: work(), stop: vi.fn(), stopAll: vi.fn() },
    },
    sessions: { get: async (id: SessionId) => kept.get(id), remove: async (id: SessionId) => void kept.delete(id) },
    sites: { protect: work(), unprotect: work() },
    desk: { decline: vi.fn() },
    ...{ allow: work(), policies: { choose: work() }, settings: { retain: work() } },
    lock: { commands: {} as Commands },
    agentChanged: vi.fn(),
  };
  return { kept, parts, commands: createCommands(parts as never) };
}

test('each session that a view names is the one that is revoked, retired or drilled', async () => {
  const { parts, commands } = createParts();
  expect(await commands.revoke({ kind: 'revoke', session: SESSION })).toEqual(DONE);
  expect(await commands.retire({ kind: 'retire', session: SESSION })).toEqual(DONE);
  expect(await commands.drill({ kind: 'drill', session: SESSION })).toEqual(DONE);
  expect(await commands.stopDrill({ kind: 'stopDrill', session: SESSION })).toEqual(DONE);
  const { revokeForPerson, retire, drill } = parts.holdfast;
  for (const done of [revokeForPerson, retire, drill.run, drill.stop]) expect(done).toHaveBeenCalledWith(SESSION);
  await commands.revokeAll({ kind: 'revokeAll', agent: AGENT });
  expect(parts.holdfast.revokeAll).toHaveBeenCalledWith(AGENT);
});

test('a command is done when its work is, and fails with it', async () => {
  const { parts, commands } = createParts();
  const locked = new HoldfastError('locked', 'The vault stayed locked');
  parts.holdfast.retire.mockRejectedValueOnce(locked);
  await expect(commands.retire({ kind: 'retire', session: SESSION })).rejects.toBe(locked);
});

test('a session that is taken off the list is forgotten, and its agent’s badge is told', async () => {
  const { kept, parts, commands } = createParts();
  expect(await commands.forget({ kind: 'forget', session: SESSION })).toEqual(DONE);
  expect(kept.size).toBe(0);
  expect(parts.agentChanged).toHaveBeenCalledExactlyOnceWith(AGENT);
  expect(await commands.forget({ kind: 'forget', session: SESSION })).toEqual(DONE);
  expect(parts.agentChanged).toHaveBeenCalledOnce();
});
