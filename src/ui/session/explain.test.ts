import { expect, test, vi } from 'vitest';
import type { BoundView } from '../../messages/ui.ts';
import { explain } from './explain.ts';

vi.mock('../words.ts', () => ({ say: (...said: string[]) => said.join(' '), second: String }));

const BOUND: BoundView = {
  ...{ id: 's', agent: 'https://agent.example', scopes: [], issuedAt: 0, proofs: 1, recent: [], state: 'bound' },
  binding: { thumbprint: 'k'.repeat(43), algorithm: 'ES256', codeBound: true },
  ...{ refreshable: true, retiring: false, inPage: false, asBearer: false, isHeld: false },
};

test('a session whose requests are held back says so for as long as they are', () => {
  const session = { ...BOUND, heldBackUntil: 1_000 };
  expect(explain(session, 'bound', 999)).toBe('breakerWhat 1000');
  expect(explain(session, 'bound', 1_000)).toBeUndefined();
  expect(explain(BOUND, 'bound', 0)).toBeUndefined();
});
