import { expect, test, vi } from 'vitest';
import { anIssuer, anOrigin } from '../../model/brands.fixture.ts';
import { SIGNING_IN_MS } from '../../model/lifetimes.ts';
import type { Authorization } from '../../model/sign-in.ts';
import { createBeginnings } from './begin.ts';

const LOGIN = 'https://as.example/login?next=/';
const fake = vi.hoisted(() => ({ tabs: { get: async () => ({ url: '' }) } }));
vi.mock('webextension-polyfill', () => ({ default: fake }));

const [ADA, BOB] = [anOrigin('https://ada.example'), anOrigin('https://bob.example')];

/** What a view over a page, by default the authorization server's, is told, when these sign-ins have left so many milliseconds ago. */
function told(authorizations: (Partial<Authorization> & { ago: number })[] | 'unreadable', url = LOGIN) {
  fake.tabs.get = async () => ({ url });
  const left = async () => {
    if (authorizations === 'unreadable') throw new Error('storage');
    return authorizations.map(({ ago, ...one }) => ({
      ...{ codeChallenge: 'c', agent: ADA, issuer: anIssuer('https://as.example/tenant'), at: Date.now() - ago },
      ...one,
    })) as Authorization[];
  };
  const begin = createBeginnings({
    arming: { authorizations: left },
    protection: { isProtected: async () => false },
  } as unknown as Parameters<typeof createBeginnings>[0]);
  return begin({ kind: 'page', tab: 1 });
}

test('a view over an authorization server’s page is told whose sign-in was the last to leave for it', async () => {
  expect(await told([{ ago: 9 }, { ago: 5, agent: BOB }, { ago: 7 }])).toMatchObject({ signingIn: BOB });
});

test.each<[string, Parameters<typeof told>[0]]>([
  ['has come back', [{ ago: 5, session: 's' as never }]],
  ['left for another server', [{ ago: 5, issuer: anIssuer('https://other.example') }]],
  ['left long ago', [{ ago: SIGNING_IN_MS + 1_000 }]],
  ['cannot be read', 'unreadable'],
])('a sign-in that %s is none that is under way', async (_, authorizations) => {
  expect(await told(authorizations)).toEqual({ kind: 'page', missing: undefined });
});

test.each<[string | undefined, Parameters<typeof told>[0]]>([
  ['https://as.example', [{ ago: 9 }, { ago: 5, refused: 'sound_proof_refused' }, { ago: 2, agent: BOB }]],
  [undefined, [{ ago: 9, refused: 'sound_proof_refused' }, { ago: 5 }]],
  [undefined, [{ ago: 5, refused: 'sound_proof_refused', session: 's' as never }]],
  [undefined, [{ ago: 5, refused: 'sound_proof_refused', agent: BOB }]],
])('a view over an agent’s page is told that %s refused its latest sign-in', async (server, left) => {
  const refusal = server && { server, why: 'sound_proof_refused' };
  expect(await told(left, `${ADA}/chat`)).toMatchObject({ refusal });
});
