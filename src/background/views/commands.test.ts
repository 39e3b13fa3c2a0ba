import * as v from 'valibot';
import { describe, expect, test, vi } from 'vitest';
import type { Result } from '../../messages/ui.ts';
import { ActionRequest, type Commands, DONE } from '../../messages/ui-request.ts';
import { anOrigin, aResource, aSessionId } from '../../model/brands.fixture.ts';
import type { PolicyChoice } from '../../model/policy.ts';
import type { Session, SessionId } from '../../model/session.ts';
import { HoldfastError } from '../../protocol/error.ts';
import { deleteEverything } from '../browser/everything.ts';
import { createChanges } from '../changes.ts';
import { createCommands } from './commands.ts';

vi.mock('../browser/everything.ts', () => ({ deleteEverything: vi.fn(async () => undefined) }));

const AGENT = anOrigin('https://agent.example');
const MANAGED = anOrigin('https://managed.example');
const SESSION = aSessionId('session');
const HANDLE = `hfk_${'x'.repeat(43)}`;
const KEY = {
  ...{ kind: 'keep', agent: AGENT, server: 'https://mcp.example/mcp', header: 'X-API-Key', scheme: '' },
  ...{ name: 'Mine', secret: 'sk-1' },
} as const;

function createParts() {
  const kept = new Map([[SESSION, { id: SESSION, agent: AGENT, state: 'revoked' } as Session]]);
  const work = () => vi.fn(async () => undefined);
  const ended = () => vi.fn(async (): Promise<'done' | 'locked' | 'over'> => 'done');
  const parts = {
    holdfast: {
      ...{ revoke: ended(), revokeAll: ended(), retire: ended() },
      drill: { run: ended(), stop: vi.fn(), stopAll: vi.fn() },
      givenKeys: {
        keep: vi.fn(async (): Promise<string> => HANDLE),
        rename: ended(),
        replace: ended(),
        handleOf: vi.fn(),
      },
    },
    protection: { isProtected: async (site: string) => site === AGENT },
    sessions: { get: async (id: SessionId) => kept.get(id), remove: async (id: SessionId) => void kept.delete(id) },
    sites: { protect: work(), unprotect: work() },
    access: { decline: vi.fn() },
    ...{ allow: work(), settings: { retain: work() } },
    policies: {
      changed: vi.fn(),
      async change(
        _: string,
        made: (chosen: PolicyChoice) => PolicyChoice,
        mayLoosen: () => Promise<Result | undefined>,
      ) {
        const { custody, handedOver } = made({});
        const hindrance = custody === false || handedOver?.length ? await mayLoosen() : undefined;
        if (!hindrance) this.changed();
        return hindrance;
      },
      protects: async () => [MANAGED],
    },
    lock: { commands: {} as Commands, hindrance: vi.fn(async (): Promise<Result | undefined> => undefined) },
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

describe('what loosens', () => {
  const secret = 's'.repeat(43);
  const unprotect = { kind: 'unprotect', origin: AGENT } as const;
  const loosen = { kind: 'policy', origin: AGENT, change: { custody: false } } as const;
  const its = { agent: AGENT, resource: aResource('https://mcp.example/mcp') } as const;

  test.for(['locked', 'passkey_needed', 'wrong_passkey'] as const)(
    'is not done where the lock says %s',
    async (code) => {
      const { parts, commands } = createParts();
      parts.lock.hindrance.mockResolvedValue({ ok: false, code });
      expect(await commands.unprotect(unprotect)).toEqual({ ok: false, code });
      expect(await commands.policy(loosen)).toEqual({ ok: false, code });
      expect(await commands.handOver({ kind: 'handOver', ...its })).toEqual({ ok: false, code });
      expect(parts.sites.unprotect).not.toHaveBeenCalled();
      expect(parts.policies.changed).not.toHaveBeenCalled();
    },
  );

  test('is done with what the passkey gave; what tightens needs nothing', async () => {
    const { parts, commands } = createParts();
    parts.lock.hindrance.mockImplementation(async (given?: string) =>
      given === secret ? undefined : { ok: false, code: 'passkey_needed' },
    );
    expect(await commands.policy({ ...loosen, change: { bearer: 'refuse' } })).toEqual(DONE);
    expect(await commands.keepAgain({ kind: 'keepAgain', ...its })).toEqual(DONE);
    expect(parts.lock.hindrance).not.toHaveBeenCalled();
    expect(await commands.handOver({ kind: 'handOver', ...its, secret })).toEqual(DONE);
    expect(await commands.policy({ ...loosen, secret })).toEqual(DONE);
    expect(await commands.unprotect({ ...unprotect, secret })).toEqual(DONE);
    expect(parts.policies.changed).toHaveBeenCalledTimes(4);
    expect(parts.sites.unprotect).toHaveBeenCalledExactlyOnceWith(AGENT);
  });
});

describe('a key', () => {
  const read = (more: object) => v.safeParse(ActionRequest, { ...KEY, ...more });
  const keep = (commands: Commands, more: object = {}) =>
    commands.keep(v.parse(ActionRequest, { ...KEY, ...more }) as never);

  test('is kept as the person gives it, and answered with its handle', async () => {
    const { parts, commands } = createParts();
    expect(await keep(commands, { server: 'HTTPS://MCP.example/mcp' })).toEqual({ ok: true, handle: HANDLE });
    const { kind: _, ...key } = KEY;
    expect(parts.holdfast.givenKeys.keep).toHaveBeenCalledWith(key);
  });

  test.each(['locked', 'not_allowed', 'too_many'])('that is not kept is answered with the reason: %s', async (code) => {
    const { parts, commands } = createParts();
    parts.holdfast.givenKeys.keep.mockResolvedValueOnce(code);
    expect(await keep(commands)).toEqual({ ok: false, code });
  });

  test('is not kept for a site that is not protected', async () => {
    const { parts, commands } = createParts();
    expect(await keep(commands, { agent: 'https://other.example' })).toEqual({ ok: false, code: 'not_allowed' });
    expect(parts.holdfast.givenKeys.keep).not.toHaveBeenCalled();
  });

  test.each([
    ['a key that no field can carry', { secret: 'a\r\nX-Evil: 1' }],
    ['a handle in place of a key', { secret: HANDLE }],
    ['a header that is not for keys', { header: 'Cookie' }],
    ['a scheme that is no word', { scheme: 'a b' }],
    ['plain http', { server: 'http://mcp.example/' }],
    ['a name without end', { name: 'x'.repeat(65) }],
  ])('with %s is refused', (_, more) => {
    expect(read(more).success).toBe(false);
  });
});

test('the person cannot stop the protection of a site that the organization protects', async () => {
  const { parts, commands } = createParts();
  expect(await commands.unprotect({ kind: 'unprotect', origin: MANAGED })).toEqual({ ok: false, code: 'not_allowed' });
  expect(parts.sites.unprotect).not.toHaveBeenCalled();
  expect(await commands.unprotect({ kind: 'unprotect', origin: AGENT })).toEqual(DONE);
});

test('everything is deleted, with the passkey where the lock is on', async () => {
  const { parts, commands } = createParts();
  parts.lock.hindrance.mockResolvedValueOnce({ ok: false, code: 'passkey_needed' });
  expect(await commands.deleteEverything({ kind: 'deleteEverything' })).toEqual({ ok: false, code: 'passkey_needed' });
  expect(deleteEverything).not.toHaveBeenCalled();
  expect(await commands.deleteEverything({ kind: 'deleteEverything', secret: 'right' })).toEqual(DONE);
  expect(parts.lock.hindrance).toHaveBeenLastCalledWith('right');
  expect(deleteEverything).toHaveBeenCalledOnce();
});
