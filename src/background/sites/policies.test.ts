import { readFile } from 'node:fs/promises';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { anOrigin, aResource } from '../../model/brands.fixture.ts';
import { type HandedOver, type PolicyChange, withChange, withHolder } from '../../model/policy.ts';
import { LONGEST_HANDED_OVER, MOST_HANDED_OVER, MOST_PROTECTED } from '../../model/quotas.ts';
import type { Handles } from '../../model/session.ts';
import { createArea, createEvent } from '../browser/browser.fixture.ts';
import { createChanges } from '../changes.ts';
import { createPolicies, type Policies } from './policies.ts';

const AGENT = anOrigin('https://agent.example');
const KEY = `policy ${AGENT}`;

const fake = vi.hoisted(() => ({ storage: {} as Record<string, unknown>, permissions: {} }));
vi.mock('webextension-polyfill', () => ({ default: fake }));

let managed: ReturnType<typeof createArea>;
let sync: ReturnType<typeof createArea>;
let local: ReturnType<typeof createArea>;
let onChanged: ReturnType<typeof createEvent>;
let onRemoved: ReturnType<typeof createEvent>;
beforeEach(() => {
  [managed, sync, local] = [createArea(), createArea(), createArea()];
  [onChanged, onRemoved] = [createEvent(), createEvent()];
  fake.storage = { managed, sync, local, onChanged };
  fake.permissions = { onRemoved };
});
/** Nothing stands against a change. */
const freely = async () => undefined;

function create(invalid: (error: unknown) => void = () => undefined, changed: () => void = () => undefined) {
  const changes = createChanges();
  changes.on('failed', invalid);
  changes.on('policies', changed);
  return createPolicies(changes);
}

test('what the organization set for a site wins over what it set for all, and that over what the person chose', async () => {
  sync.kept[KEY] = { refuseBearer: false, custody: true, algorithms: ['RS256'] };
  managed.kept.refuseBearer = true;
  managed.kept.custody = true;
  managed.kept.sites = [{ site: AGENT, custody: false }];
  const policies = create();
  expect(await policies.of(AGENT)).toMatchObject({ bearer: 'refuse', custody: false, algorithms: ['RS256'] });
  expect(await policies.view([AGENT])).toMatchObject({ [AGENT]: { managed: ['custody', 'bearer'] } });
  expect(await policies.of(anOrigin('https://other.example'))).toMatchObject({ bearer: 'refuse', custody: true });
});

describe('what cannot be read counts as the strictest, leaves the rest as it is, and is told', () => {
  const A = 'https://a.example';
  const NONE = { bearer: 'hold', custody: true, handedOver: [], servers: undefined, algorithms: undefined };

  const unreadable = [
    ['a switch', { refuseBearer: 'yes', custody: false }, { bearer: 'refuse', custody: false }],
    ['the other switch', { refuseBearer: false, custody: 0 }, { bearer: 'hold', custody: true }],
    ['a choice of several', { bearer: 'sometimes', custody: false }, { bearer: 'refuse', custody: false }],
    ['a server', { servers: [A, 'a.example', 17], custody: false }, { servers: [A], custody: false }],
    ['a list of servers', { servers: A }, { servers: [] }],
    ['a resource that is handed over', { handedOver: [`${A}/mcp`, 'mcp', 17] }, { handedOver: [`${A}/mcp`] }],
    [
      'an algorithm',
      { algorithms: ['ES999', 'ES256'], refuseBearer: true },
      { algorithms: ['ES256'], bearer: 'refuse' },
    ],
    ['a list of algorithms', { algorithms: 'ES256' }, { algorithms: [] }],
  ] as const;
  test.each(unreadable.flatMap((one) => [['managed', ...one] as const, ['sync', ...one] as const]))(
    'in storage.%s: %s',
    async (area, _, kept, held) => {
      const invalid = vi.fn();
      if (area === 'sync') sync.kept[KEY] = kept;
      else Object.assign(managed.kept, kept);
      expect(await create(invalid).of(AGENT)).toEqual({ ...NONE, ...held });
      expect(invalid).toHaveBeenCalledWith(expect.objectContaining({ code: 'policy_invalid' }), undefined);
    },
  );

  test('a choice that is none at all', async () => {
    sync.kept[KEY] = 17;
    expect(await create().of(AGENT)).toEqual({ ...NONE, bearer: 'refuse' });
  });

  test.each([
    ['a member of its own entry', [{ site: AGENT, refuseBearer: 1, servers: [A] }], { bearer: 'refuse', servers: [A] }],
    [
      'an entry that names no site',
      [{ site: 'agent', refuseBearer: true, servers: [A] }],
      { bearer: 'refuse', servers: [A] },
    ],
    ['an entry that is none', [17], { bearer: 'refuse' }],
    ['the list', 'https://agent.example', { bearer: 'refuse' }],
  ])('%s in `sites`', async (_, sites, held) => {
    managed.kept.sites = sites;
    const invalid = vi.fn();
    expect(await create(invalid).of(AGENT)).toEqual({ ...NONE, ...held });
    expect(invalid).toHaveBeenCalled();
  });

  test('another site’s entry is that site’s', async () => {
    managed.kept.sites = [
      { site: 'https://other.example', servers: [17] },
      { site: AGENT, custody: false },
    ];
    expect(await create().of(AGENT)).toEqual({ ...NONE, custody: false });
  });

  test('an entry that names no site loosens nothing, and restricts what the others allow', async () => {
    const ours = { site: AGENT, refuseBearer: true, servers: [A, 'https://b.example'] };
    managed.kept.sites = [{ site: '*', refuseBearer: false, custody: false, servers: [A, 'https://c.example'] }, ours];
    expect(await create().of(AGENT)).toEqual({ ...NONE, bearer: 'refuse', servers: [A] });
  });
});

test('what was stored before there was holding is read as it was meant, and `bearer` wins over it', async () => {
  const bearer = async (kept: object) => {
    sync.kept[KEY] = kept;
    return (await create().of(AGENT)).bearer;
  };
  expect(await bearer({ refuseBearer: true })).toBe('refuse');
  expect(await bearer({ refuseBearer: false })).toBe('hold');
  expect(await bearer({ refuseBearer: true, bearer: 'hold' })).toBe('hold');
});

test('an entry that names no site lets nobody’s choice be less strict', async () => {
  sync.kept[KEY] = { bearer: 'refuse' };
  managed.kept.sites = [{ site: '*', bearer: 'expose' }];
  expect((await create().of(AGENT)).bearer).toBe('refuse');
  managed.kept.sites = [
    { site: '*', bearer: 'hold' },
    { site: AGENT, bearer: 'expose' },
  ];
  expect((await create().of(AGENT)).bearer).toBe('hold');
});

test('an origin is read however it is written, and nothing else is one', async () => {
  const servers = ['https://A.example/', 'https://b.example:443', 'https://c.example/path', 'https://d.example/?q'];
  managed.kept.sites = [{ site: `${AGENT}/`, servers }];
  expect((await create().of(AGENT)).servers).toEqual(['https://a.example', 'https://b.example']);
  expect((await create().of(anOrigin('https://other.example'))).servers).toBeUndefined();
});

test('Chrome is left to check no value of a list: it would keep back the whole list for one that it does not know', async () => {
  expect(await readFile('public/managed-schema.json', 'utf8')).not.toContain('"enum"');
});

test.each(['sync', 'managed'] as const)('a change in storage.%s holds at once', async (area) => {
  const changed = vi.fn();
  const policies = create(undefined, changed);
  expect((await policies.of(AGENT)).bearer).toBe('hold');
  if (area === 'sync') await policies.change(AGENT, (chosen) => ({ ...chosen, bearer: 'refuse' }), freely);
  else managed.kept.refuseBearer = true;
  await onChanged.happen({ [KEY]: {} }, area);
  expect(changed).toHaveBeenCalledOnce();
  expect((await policies.of(AGENT)).bearer).toBe('refuse');
});

describe('the sites that an organization has protected', () => {
  test('are read however they are written, each once, and show as its decision', async () => {
    managed.kept.protect = [`${AGENT}/`, 'https://A.example:443', AGENT, 'http://dev.localhost:3000'];
    const policies = create();
    expect(await policies.protects()).toEqual([AGENT, 'https://a.example', 'http://dev.localhost:3000']);
    expect(await policies.view([AGENT])).toMatchObject({ [AGENT]: { policy: {}, managed: ['protect'] } });
    expect(await policies.view(['https://other.example'])).toMatchObject({ 'https://other.example': { managed: [] } });
  });

  test.each([
    ['an address below it', `${AGENT}/chat`],
    ['every site of a domain', 'https://*.example'],
    ['a server without TLS', 'http://agent.example'],
    ['no address', 17],
  ])('are without what cannot be protected, which is told: %s', async (_, entry) => {
    managed.kept.protect = [entry, AGENT];
    const invalid = vi.fn();
    expect(await create(invalid).protects()).toEqual([AGENT]);
    expect(invalid).toHaveBeenCalledOnce();
  });

  test('are none where the list is none, and the first of too many', async () => {
    managed.kept.protect = AGENT;
    const invalid = vi.fn();
    expect(await create(invalid).protects()).toEqual([]);
    managed.kept.protect = Array.from({ length: MOST_PROTECTED + 2 }, (_, index) => `https://a${index}.example`);
    expect(await create(invalid).protects()).toHaveLength(MOST_PROTECTED);
    expect(invalid).toHaveBeenCalledTimes(3);
  });

  test('are read again when they change', async () => {
    const policies = create();
    expect(await policies.protects()).toEqual([]);
    managed.kept.protect = [AGENT];
    await onChanged.happen({ protect: {} }, 'managed');
    expect(await policies.protects()).toEqual([AGENT]);
  });
});

describe('while Chrome has not told what the organization set', () => {
  let tell: (told: unknown) => void;
  beforeEach(async () => {
    managed.kept.refuseBearer = true;
    expect((await create().of(AGENT)).bearer).toBe('refuse');
    managed.get = () => new Promise((resolve) => (tell = resolve as never));
  });

  test('what it had set last holds, and its new word when it comes', async () => {
    const changed = vi.fn();
    const policies = create(undefined, changed);
    expect((await policies.of(AGENT)).bearer).toBe('refuse');
    tell({ custody: false });
    await vi.waitFor(() => expect(changed).toHaveBeenCalledOnce());
    expect(await policies.of(AGENT)).toMatchObject({ bearer: 'hold', custody: false });
    await vi.waitFor(async () => expect((await create().of(AGENT)).custody).toBe(false));
  });

  test('and where nothing was ever told, nobody is held up, and its word holds when it comes', async () => {
    local.get = async () => ({});
    const changed = vi.fn();
    const policies = create(undefined, changed);
    expect((await policies.of(AGENT)).bearer).toBe('hold');
    tell({ refuseBearer: true });
    await vi.waitFor(() => expect(changed).toHaveBeenCalledOnce());
    expect((await policies.of(AGENT)).bearer).toBe('refuse');
  });

  test('what it had set last holds also where it cannot be read now', async () => {
    managed.get = async () => Promise.reject(new Error('Managed storage is not supported.'));
    expect((await create().of(AGENT)).bearer).toBe('refuse');
  });

  test('a policy of which nothing can be read is none that anybody may go on without', async () => {
    local.get = async () => Promise.reject(new Error('broken'));
    await expect(create().of(AGENT)).rejects.toThrow('broken');
  });
});

test('each worker asks for the organization’s word when it starts, before any site is looked at', async () => {
  managed.kept.refuseBearer = true;
  create();
  await vi.waitFor(() => expect(JSON.stringify(local.kept)).toContain('refuseBearer'));
});

test('a browser without managed storage has no managed policy, and nothing is written for it', async () => {
  managed.get = async () => Promise.reject(new Error('Managed storage is not supported.'));
  expect(await create().of(AGENT)).toMatchObject({ bearer: 'hold', custody: true });
  managed.get = async () => ({});
  expect(await create().of(AGENT)).toMatchObject({ bearer: 'hold', custody: true });
  expect(local.kept).toEqual({});
});

test('a change that loosens what holds is not made where something stands against it; one that tightens is', async () => {
  sync.kept[KEY] = { refuseBearer: true };
  const policies = create();
  const never = async () => 'locked';
  expect(await policies.change(AGENT, (chosen) => ({ ...chosen, servers: [AGENT] }), never)).toBeUndefined();
  expect(await policies.change(AGENT, () => ({}), never)).toBe('locked');
  expect(sync.kept[KEY]).toEqual({ bearer: 'refuse', servers: [AGENT] });
});

test('changes that are made at once are all kept', async () => {
  const policies = create();
  const changes: PolicyChange[] = [{ servers: [AGENT] }, { algorithms: ['RS256'] }, { bearer: 'refuse' }];
  const make = (change: PolicyChange) => policies.change(AGENT, (chosen) => withChange(chosen, change), freely);
  await Promise.all(changes.map(make));
  expect(sync.kept[KEY]).toEqual({ servers: [AGENT], algorithms: ['RS256'], bearer: 'refuse' });
  await Promise.all([make({ servers: null }), make({ algorithms: null })]);
  expect(sync.kept[KEY]).toEqual({ bearer: 'refuse' });
});

describe('resources whose tokens the page holds', () => {
  const MCP = aResource('https://mcp.example/mcp');
  const OTHER = aResource('https://other.example/mcp');
  const hand = (policies: Policies, resource: HandedOver, holder: Handles['by']) =>
    policies.change(AGENT, (chosen) => withHolder(chosen, resource, holder), freely);

  test('are let and kept again one by one, the newest last, each once, and not without end', async () => {
    const policies = create();
    await hand(policies, MCP, 'page');
    await hand(policies, OTHER, 'page');
    await hand(policies, MCP, 'page');
    expect(sync.kept[KEY]).toEqual({ handedOver: [OTHER, MCP] });
    await hand(policies, MCP, 'holdfast');
    expect((await policies.of(AGENT)).handedOver).toEqual([OTHER]);
    for (let number = 0; number < 2 * MOST_HANDED_OVER; number += 1) {
      const longest = `https://${number}.example/`.padEnd(LONGEST_HANDED_OVER, 'x');
      await hand(policies, aResource(longest), 'page');
    }
    expect((await policies.of(AGENT)).handedOver).toHaveLength(MOST_HANDED_OVER);
    expect(JSON.stringify(sync.kept[KEY]).length).toBeLessThan(8_192); // Chrome’s QUOTA_BYTES_PER_ITEM
  });

  test.each([{ custody: true }, { bearer: 'hold' }, { handedOver: [] }])(
    'are none where the organization says %j',
    async (word) => {
      sync.kept[KEY] = { handedOver: [MCP] };
      Object.assign(managed.kept, word);
      const policies = create();
      expect((await policies.of(AGENT)).handedOver).toEqual([]);
      expect((await policies.view([AGENT]))[AGENT]).toMatchObject({ policy: { handedOver: [] } });
      expect((await policies.view([AGENT]))[AGENT]?.managed).toContain('handedOver');
    },
  );

  test('are the organization’s where it names some', async () => {
    sync.kept[KEY] = { handedOver: [OTHER] };
    Object.assign(managed.kept, { custody: true, handedOver: [MCP] });
    expect((await create().of(AGENT)).handedOver).toEqual([MCP]);
  });

  test('are none that an entry without a site names, nor any that it does not', async () => {
    sync.kept[KEY] = { handedOver: [OTHER] };
    managed.kept.sites = [{ site: '*', handedOver: [MCP] }];
    expect((await create().of(AGENT)).handedOver).toEqual([]);
  });

  test('are forgotten when the site is protected no more, and nothing else of its policy is', async () => {
    const other = 'policy https://other-agent.example';
    sync.kept[KEY] = { handedOver: [MCP], bearer: 'hold' };
    sync.kept[other] = { handedOver: [MCP] };
    const policies = create();
    await onRemoved.happen({ origins: [`${AGENT}/*`, 'https://mcp.example/*'] });
    await vi.waitFor(async () => expect(await policies.of(AGENT)).toMatchObject({ handedOver: [], bearer: 'hold' }));
    expect(sync.kept[other]).toEqual({ handedOver: [MCP] });
  });
});
