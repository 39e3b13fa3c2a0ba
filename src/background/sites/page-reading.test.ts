import { runInNewContext } from 'node:vm';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { MOST_READ, MOST_SEEN } from '../../model/quotas.ts';
import { look, readPage } from './page-reading.ts';

const MOST = { ...MOST_READ, ...MOST_SEEN };

const fake = vi.hoisted(() => ({ scripting: { executeScript: vi.fn() } }));
vi.mock('webextension-polyfill', () => ({ default: fake }));

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (sub: string): string => `${part({ alg: 'ES256' })}.${part({ sub })}.c2lnbmF0dXJl`;
const OPAQUE = 'opaque-token-0123456789';

interface Page {
  readonly localStorage?: Readonly<Record<string, string>>;
  readonly sessionStorage?: Readonly<Record<string, string>>;
  readonly cookie?: string;
  readonly requests?: readonly (readonly [url: string, initiator?: string])[];
}

const storageOf = (items: Readonly<Record<string, string>> = {}) => ({
  length: Object.keys(items).length,
  key: (index: number) => Object.keys(items)[index] ?? null,
  getItem: (name: string) => items[name] ?? null,
});

/** The look, as it is in the page: its text alone, in a world that has nothing else. */
function lookAt({ localStorage, sessionStorage, cookie = '', requests = [] }: Page, most = MOST) {
  const entries = requests.map(([name, initiatorType = 'fetch']) => ({ name, initiatorType }));
  const world = {
    ...{ URL, localStorage: storageOf(localStorage), sessionStorage: storageOf(sessionStorage) },
    ...{ document: { cookie }, performance: { getEntriesByType: () => entries } },
  };
  return JSON.parse(runInNewContext(`JSON.stringify((${look})(${JSON.stringify(most)}))`, world));
}

describe('the look at a page', () => {
  test.each<[string, Page, number]>([
    ['a token of its own', { localStorage: { access_token: OPAQUE } }, 1],
    [
      'what an SDK keeps, as JSON',
      {
        localStorage: {
          'app.tokens': JSON.stringify({ access_token: OPAQUE, refresh_token: `${OPAQUE}r`, expires_in: 3600 }),
        },
      },
      2,
    ],
    [
      'JSON within JSON',
      { sessionStorage: { state: JSON.stringify({ a: JSON.stringify({ accessToken: OPAQUE }) }) } },
      1,
    ],
    ['a JWT, wherever it is', { sessionStorage: { x: `is ${jwt('ada')}, and` } }, 1],
    [
      'a token that lies in two places',
      { localStorage: { a: jwt('ada'), idToken: jwt('ada') }, cookie: `t=${jwt('ada')}` },
      1,
    ],
    [
      'a key that services write so',
      { localStorage: { mine: 'sk-live-51Hq2kXyZ0aBcDeFgHiJ', apiKey: `"${OPAQUE}"` } },
      2,
    ],
    ['a cookie that script can read', { cookie: `theme=dark; access_token=${OPAQUE}` }, 1],
    [
      'a handle of Holdfast’s',
      { localStorage: { access_token: `hf_${'x'.repeat(43)}`, refresh_token: `hfr_${'x'.repeat(43)}` } },
      0,
    ],
    [
      'what is none',
      {
        localStorage: {
          theme: 'dark',
          tokens_used: '12',
          access_token: 'short',
          id_token: 'two words, not a token',
          n: '{"expires_in":3600}',
        },
      },
      0,
    ],
  ])('counts %s', (_, page, tokens) => {
    expect(lookAt(page)).toEqual({ servers: [], tokens });
  });

  test.each<[string, Page, string[]]>([
    [
      'the metadata of a resource',
      { requests: [['https://mcp.example/.well-known/oauth-protected-resource/mcp']] },
      ['https://mcp.example'],
    ],
    [
      'requests to one',
      { requests: [['https://a.example/v1/mcp?x=1'], ['https://b.example/sse', 'xmlhttprequest']] },
      ['https://a.example', 'https://b.example'],
    ],
    [
      'what clients keep by its address',
      { localStorage: { '[https://mcp.example/mcp] mcp_tokens': '{}' } },
      ['https://mcp.example/mcp'],
    ],
    [
      'what an SDK has discovered',
      {
        localStorage: {
          discovery:
            '{"authorizationServerUrl":"https://as.example","resourceMetadata":{"resource":"https://mcp.example/mcp"}}',
        },
      },
      ['https://mcp.example/mcp'],
    ],
    [
      'nothing else',
      {
        requests: [['https://a.example/mcp.js', 'script'], ['https://a.example/mcp', 'img'], ['nonsense']],
        localStorage: { a: '{"resource":"https://x.example"}' },
      },
      [],
    ],
  ])('knows an MCP server by %s', (_, page, servers) => {
    expect(lookAt(page).servers).toEqual(servers);
  });

  test('goes as far as its quotas, and no further, whatever a page has put there', () => {
    const much = Object.fromEntries(
      Array.from({ length: 3_000 }, (_, index) => [`access_token_${index}`, `${OPAQUE}-${index}`]),
    );
    const requests = Array.from({ length: 5_000 }, (_, index) => [`https://s${index}.example/mcp`] as const);
    expect(lookAt({ localStorage: much, requests })).toMatchObject({
      tokens: MOST.tokens,
      servers: { length: MOST.servers },
    });
    expect(
      lookAt({ localStorage: { a: 'x'.repeat(60), access_token: OPAQUE } }, { ...MOST, characters: 50 } as never)
        .tokens,
    ).toBe(0);
    const slow = {
      a: 'eyJ'.repeat(60_000),
      b: '"access_token"'.repeat(14_000),
      c: `"api_key":"${'x'.repeat(199_000)}`,
      d: '\\'.repeat(190_000),
    };
    const start = performance.now();
    lookAt({ localStorage: slow });
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

describe('what the page’s process answers', () => {
  beforeEach(() => void fake.scripting.executeScript.mockReset());
  const answers = (result: unknown) => fake.scripting.executeScript.mockResolvedValue([{ result }]);

  test('is asked of that tab’s page alone, and comes as origins and a number', async () => {
    answers({
      servers: ['https://mcp.example/mcp', 'https://mcp.example/other', 'http://localhost:7002/mcp'],
      tokens: 2,
    });
    expect(await readPage(7)).toEqual({ servers: ['https://mcp.example', 'http://localhost:7002'], tokens: 2 });
    expect(fake.scripting.executeScript).toHaveBeenCalledExactlyOnceWith({
      target: { tabId: 7 },
      func: look,
      args: [MOST],
    });
  });

  test('names no server but those that tokens may travel to, and few', async () => {
    const servers = [
      'javascript:alert(1)',
      'http://plain.example',
      'x',
      ...Array.from({ length: 9 }, (_, index) => `https://s${index}.example`),
    ];
    answers({ servers, tokens: 0 });
    expect((await readPage(7))?.servers).toEqual(servers.slice(3, 3 + MOST.shown));
  });

  test.each([
    undefined,
    null,
    'many',
    { servers: 'https://mcp.example', tokens: 1 },
    { servers: [], tokens: 1e9 },
    { servers: [], tokens: -1 },
    { servers: [7], tokens: 1 },
    { servers: Array.from({ length: 1_000 }, () => 'https://a.example'), tokens: 1 },
    { servers: ['x'.repeat(10_000)], tokens: 1 },
  ])('is nothing where it is nonsense: %j', async (result) => {
    answers(result);
    expect(await readPage(7)).toBeUndefined();
  });

  test('is nothing where Chrome does not let Holdfast in', async () => {
    fake.scripting.executeScript.mockRejectedValue(new Error('Cannot access a chrome:// URL'));
    expect(await readPage(7)).toBeUndefined();
  });
});
