import { expect, test, vi } from 'vitest';
import { type BoundView, type HeldView, stateAt } from '../../messages/ui.ts';
import { answerOf, explain } from './explain.ts';

vi.mock('../words.ts', () => ({ say: (...said: string[]) => said.join(' '), second: String }));

const BOUND: BoundView = {
  ...{ id: 's', agent: 'https://agent.example', scopes: [], issuedAt: 0, proofs: 1, recent: [], state: 'bound' },
  binding: { thumbprint: 'k'.repeat(43), algorithm: 'ES256', codeBound: true },
  ...{ refreshable: true, retiring: false, inPage: false, asBearer: false, isUnsaved: false },
};

test('a server that repeats the token is spoken of, unless the page holds the token anyway', () => {
  const session = { ...BOUND, repeatsToken: true } as const;
  expect(explain(session, 'bound', 0)).toEqual({ plain: 'plainBoundOnly', beside: 'repeatsTokenWhat' });
  expect(explain({ ...session, inPage: true }, 'bound', 0)).toEqual({ plain: 'plainBoundInPage', more: 'inPageWhat' });
});

test('a session says from where Holdfast does not reach its requests, before all that comes of that', () => {
  const session = { ...BOUND, heldBackUntil: 1_000 } as const;
  expect(explain({ ...session, unreached: 'worker' }, 'bound', 0).beside).toBe('unreachedWorkerWhat');
  expect(explain({ ...session, unreached: 'serviceWorker' }, 'bound', 0).beside).toBe('unreachedServiceWorkerWhat');
});

test('a session whose requests are held back says so for as long as they are', () => {
  const session = { ...BOUND, heldBackUntil: 1_000 };
  expect(explain(session, 'bound', 999).beside).toBe('breakerWhat 1000');
  expect(explain(session, 'bound', 1_000).beside).toBeUndefined();
  expect(explain(BOUND, 'bound', 0).beside).toBeUndefined();
});

test('a session whose sound proofs are refused names the server that refuses them, also while its requests are held back', () => {
  const session = { ...BOUND, proofRefusedBy: 'https://mcp.example', heldBackUntil: 1_000 } as const;
  expect(explain(session, 'bound', 0)).toMatchObject({
    plain: 'plainBoundOnly',
    beside: 'proofRefusedWhat mcp.example',
  });
});

test('a session that could not be refreshed names the server that could not', () => {
  const session = { ...BOUND, unrefreshed: true, issuer: 'https://auth.example/tenant' } as const;
  expect(explain(session, 'bound', 0).beside).toBe('unrefreshedWhat auth.example');
});

test('no answer is told in words, and as what is wrong', () => {
  const seen = (last: BoundView['last']) => answerOf({ ...BOUND, ...(last && { last }) });
  expect(seen(undefined)).toBeUndefined();
  expect(seen({ at: 1 })).toMatchObject({ result: 'noAnswer', isRefusal: true });
  expect(seen({ at: 1, status: 401, error: 'invalid_token' })).toMatchObject({ result: '401 invalid_token' });
});

test('a session whose resource does not check the key is no more than held; with its token in the page it is exposed', () => {
  const said = (session: BoundView) => {
    const state = stateAt(session, 0, false);
    return [state, explain(session, state, 0).plain];
  };
  const mixed = { ...BOUND, asBearer: true };
  expect(said(BOUND)).toEqual(['bound', 'plainBound']);
  expect(said(mixed)).toEqual(['refreshBound', 'plainRefreshBound']);
  expect(said({ ...mixed, inPage: true })).toEqual(['exposed', 'plainExposed']);
  expect(stateAt(mixed, 0, true)).toBe('locked');
  expect(stateAt({ ...mixed, expiresAt: 1, refreshable: false }, 2, false)).toBe('expired');
});

test('a bound session is called safe only where nothing was seen that speaks against it', () => {
  const plain = (session: Partial<BoundView>) => explain({ ...BOUND, ...session }, 'bound', 0).plain;
  const weak = { enforcement: { at: 0, verdict: { kind: 'incomplete', found: ['wrongUrl'] } } } as const;
  const broken = { enforcement: { at: 0, verdict: { kind: 'broken', found: ['bearer'] } } } as const;
  const advised = { enforcement: { at: 0, verdict: { kind: 'advised', found: ['replayed'] } } } as const;
  expect(plain({ last: { at: 0, status: 200 } })).toBe('plainBound');
  expect(plain({ last: { at: 0, status: 401, error: 'use_dpop_nonce' } })).toBe('plainBound');
  expect(plain({ last: { at: 0, status: 401, error: 'invalid_token' } })).toBe('plainBoundOnly');
  expect(plain({ leftUnasked: true })).toBe('plainBoundOnly');
  expect(plain({ unreached: 'worker' })).toBe('plainBoundOnly');
  expect(plain({ retiring: true })).toBe('plainBoundOnly');
  expect(plain({ inPage: true })).toBe('plainBoundInPage');
  expect(plain(weak)).toBe('plainWeak');
  expect(plain({ ...weak, inPage: true })).toBe('plainWeakInPage');
  expect(plain(broken)).toBe('plainRefreshBound');
  expect(plain({ ...broken, inPage: true })).toBe('plainExposed');
  expect(plain(advised)).toBe('plainBound');
});

test('no word of a held session or a given key says that a copy is of no use', () => {
  const { binding: _, retiring: __, inPage: ___, asBearer: ____, ...rest } = BOUND;
  const held: HeldView = { ...rest, state: 'held' };
  expect(explain(held, 'held', 0)).toEqual({ plain: 'plainHeld', more: 'heldWhat' });
  // What its servers have to mend stands with it, and is not hidden by a warning.
  const unbound: HeldView = { ...held, reason: 'contradiction' };
  expect(explain(unbound, 'held', 0)).toEqual({ plain: 'plainHeld', beside: 'exposedContradiction' });
  expect(explain({ ...unbound, leftUnasked: true }, 'held', 0)).toEqual({
    ...{ plain: 'plainHeld', beside: 'leftUnaskedWhat', more: 'exposedContradiction' },
  });
  // Then script in the page may read the token, too.
  expect(explain({ ...held, repeatsToken: true }, 'held', 0).plain).toBe('plainHeldRepeated');
  expect(explain({ ...BOUND, asBearer: true, repeatsToken: true }, 'refreshBound', 0).plain).toBe('plainHeldRepeated');
});
