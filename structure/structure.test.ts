import { describe, expect, test } from 'vitest';
import { ERROR_CODES } from '../src/protocol/error.ts';
import { brandsIn, castsTo, circlesIn, fileAt, filesIn, loadedBy, partOf, usedBeforeDeclared } from './source.ts';

const [src, ...others] = await Promise.all(['src', 'e2e', 'security', 'packaging'].map(filesIn));
const all = [...(src ?? []), ...others.flat()];
const product = (src ?? []).filter(({ path }) => !/\.(?:test|fixture|setup)\.tsx?$/.test(path));

/** What each part may import, beside itself (ARCHITECTURE.md, "Layers"). The demo knows nothing of what it shows. */
const DIRECTIONS: Readonly<Record<string, readonly string[]>> = {
  'src/protocol': [],
  'src/structures': [],
  'src/model': ['src/protocol'],
  'src/messages': ['src/model', 'src/protocol'],
  'src/page': ['src/messages', 'src/model'],
  'src/content': ['src/messages', 'src/model'],
  'src/sessions': ['src/messages', 'src/model', 'src/protocol', 'src/structures'],
  'src/background': [
    ...['src/content', 'src/messages', 'src/model', 'src/page', 'src/protocol', 'src/sessions', 'src/structures'],
  ],
  'src/ui': ['src/messages', 'src/model', 'src/protocol', 'public'],
  'src/demo': [],
  'src/scenarios': [
    ...['src/background', 'src/messages', 'src/model', 'src/protocol', 'src/sessions', 'src/structures'],
    'src/demo', // its servers, for the drill to try
  ],
};

/** Beside its subject, a store's test uses the world of the scenarios. */
const isOfWorld = (path: string, of: string): boolean =>
  /^src\/background\/store\/.*\.test\.ts$/.test(path) && of === 'src/scenarios/world.fixture.ts';

describe('imports', () => {
  test('go one way, those of tests, fixtures and types too', () => {
    const wrong = (src ?? []).flatMap(({ path, imports }) => {
      const allowed = DIRECTIONS[partOf(path)];
      if (!allowed) return [];
      return imports
        .filter(({ of, isPackage }) => !isPackage && partOf(of) !== partOf(path) && !allowed.includes(partOf(of)))
        .filter(({ of }) => !isOfWorld(path, of))
        .map(({ of }) => `${path} → ${of}`);
    });
    expect(wrong).toEqual([]);
  });

  test('lead to files that are there', () => {
    const known = new Set(all.map(({ path }) => path));
    const files = all.filter(({ path }) => path.startsWith('src/') && !path.startsWith('src/demo/'));
    const lost = files.flatMap(({ path, imports }) =>
      imports
        .filter(({ of, isPackage }) => !isPackage && /\.tsx?$/.test(of) && !known.has(of))
        .map(({ of }) => `${path} → ${of}`),
    );
    expect(lost).toEqual([]);
  });

  test('go in no circle, of types neither', () => {
    expect(circlesIn(all)).toEqual([]);
  });

  test('of what runs in a page load no package', () => {
    for (const entry of ['src/page/wrapper.iife.ts', 'src/page/tokens-wrapper.iife.ts', 'src/content/relay.iife.ts']) {
      const loaded = [...loadedBy(entry, all)];
      expect(loaded.filter((path) => !/^src\/(?:page|content|messages|model)\//.test(path))).toEqual([]);
    }
  });

  test('of the use cases and below reach no browser’s API', () => {
    const pure = product.filter(({ path }) => /^src\/(?:protocol|structures|model|messages|sessions)\//.test(path));
    const wrong = pure.filter(({ imports, text }) => {
      const named = imports.some(({ of }) => of === 'webextension-polyfill');
      return named || /\bchrome\.(?:runtime|storage|tabs|permissions)\b/.test(text);
    });
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });
});

describe('branded types', () => {
  test('are made in src/model alone: nothing else casts to one', () => {
    const brands = product.filter(({ path }) => path.startsWith('src/model/')).flatMap(brandsIn);
    expect(brands).toEqual(expect.arrayContaining(['AccessToken', 'AccessHandle', 'Issuer', 'Origin', 'SessionId']));
    const others = all.filter(({ path }) => !path.startsWith('src/model/'));
    expect(others.flatMap((file) => castsTo(brands, file))).toEqual([]);
  });

  test('the store casts nothing past the compiler', () => {
    const store = product.filter(({ path }) => path.startsWith('src/background/store/'));
    expect(store.filter(({ text }) => text.includes('as unknown as')).map(({ path }) => path)).toEqual([]);
  });
});

describe('promises', () => {
  /** Where nothing waits, and nothing can reject: it catches for itself, or it is none. */
  const HARMLESS = /\bvoid (?:told\(\)|write\(\)|failed\(|\(await |\w+\.(?:set|delete|add|push)\()/;

  test('that nobody waits for tell their failure (in the background; a page’s are its own)', () => {
    const background = product.filter(({ path }) => /^src\/(?:background|sessions)\//.test(path));
    const floating = background.flatMap(({ path, text }) =>
      [...text.matchAll(/(?<!: |=> |<)\bvoid [\w(](?:[^;]|;(?=\s*\}))*?;|=> void [\w(][^;]*?[;,]\n/g)]
        .map(([statement]) => statement)
        .filter((statement) => !statement.includes('.catch(') && !HARMLESS.test(statement))
        .map((statement) => `${path}: ${statement.trim()}`),
    );
    expect(floating).toEqual([]);
  });
});

describe('error codes', () => {
  test('are all used', () => {
    const texts = product.filter(({ path }) => path !== 'src/protocol/error.ts').map(({ text }) => text);
    expect(ERROR_CODES.filter((code) => !texts.some((text) => text.includes(`'${code}'`)))).toEqual([]);
  });
});

describe('the house', () => {
  test('has at most ten files in any folder of src/sessions', () => {
    const count = new Map<string, number>();
    for (const { path } of src ?? []) {
      if (!path.startsWith('src/sessions/')) continue;
      const folder = path.slice(0, path.lastIndexOf('/'));
      count.set(folder, (count.get(folder) ?? 0) + 1);
    }
    expect([...count].filter(([, files]) => files > 10)).toEqual([]);
  });

  test('shows who talks to whom on one page, in the order in which it is made', () => {
    const index = product.find(({ path }) => path === 'src/background/index.ts');
    expect(index?.text.trimEnd().split('\n').length).toBeLessThanOrEqual(120);
    expect(index && usedBeforeDeclared(index)).toEqual([]);
  });
});

describe('what is looked for is found', () => {
  test('a circle', () => {
    const files = [
      fileAt('src/a.ts', "import type { B } from './b.ts';"),
      fileAt('src/b.ts', "import {\n  c,\n} from './c.ts';"),
      fileAt('src/c.ts', "import './a.ts';"),
    ];
    expect(circlesIn(files)).toEqual([['src/a.ts', 'src/b.ts', 'src/c.ts', 'src/a.ts']]);
  });

  test('a cast', () => {
    const file = fileAt(
      'src/x.ts',
      'const a = text as Origin;\nconst b = { c } as unknown as SessionId;\nconst d = as_Origin;',
    );
    expect(castsTo(['Origin', 'SessionId'], file)).toHaveLength(2);
  });

  test('a name that is used above its declaration, in a closure too', () => {
    const file = fileAt(
      'src/x.ts',
      "const a = () => b.c;\nconst b = 1;\nconst d = { b, e: 'e' };\nconst e = d.f;\nconst f = 1;\n",
    );
    expect(usedBeforeDeclared(file)).toEqual(['b']);
  });
});
