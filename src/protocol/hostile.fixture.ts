import fc from 'fast-check';

/** For a test of thousands of cases, also on a machine that has other things to do. */
export const MANY = { timeout: 60_000 } as const;

/** How many cases are tried: all that are asked for where they are new ones (`SEED=random`), and of the same ones of each run every fourth. */
export const cases = (all: number) => ({ numRuns: process.env.SEED === 'random' ? all : all / 4 });

const ODD_URLS = [
  '',
  'not a url',
  'https://',
  'https://*/token',
  'https://*.example/token',
  'http://as.example/token',
  'javascript:alert(1)',
  'data:text/plain,x',
  'file:///etc/passwd',
  'https://user:password@as.example/token',
  'https://as.example/token#fragment',
  'https://as.example:99999/',
  `https://as.example/${'a'.repeat(10_000)}`,
  'https://AS.example:443/a/../token',
];

/** Any value that a server's JSON can hold, and those that have broken a decoder before. */
export const hostileValue = (): fc.Arbitrary<unknown> =>
  fc.oneof(
    fc.jsonValue({ maxDepth: 2, depthSize: 'xsmall' }),
    fc.constantFrom(null, true, -1, 0, 1e308, '', ' ', '1e308', '9'.repeat(400), '\u0000', 'ä', 'a\r\nX-Evil: 1'),
    fc.constantFrom(...ODD_URLS),
    fc.webUrl(),
    fc.array(fc.oneof(fc.constantFrom('ES256', 'RS256', 'none'), fc.jsonValue({ maxDepth: 1 })), { maxLength: 4 }),
    fc.string({ unit: 'binary', maxLength: 40 }),
  );

/** A good document with some members replaced, left out or added; sometimes another document altogether. */
export function hostileVariant(good: Readonly<Record<string, unknown>>): fc.Arbitrary<unknown> {
  const names = fc.constantFrom(...Object.keys(good), '__proto__', 'constructor', 'error', 'id_token');
  const changes = fc.array(fc.tuple(names, fc.option(hostileValue(), { nil: undefined })), { maxLength: 3 });
  const changed = changes.map((entries) => ({ ...good, ...Object.fromEntries(entries) }));
  return fc.oneof({ weight: 4, arbitrary: changed }, { weight: 1, arbitrary: hostileValue() });
}

/** The text of an answer: JSON, JSON that breaks off, or no JSON at all. */
export function hostileBody(good: Readonly<Record<string, unknown>>): fc.Arbitrary<string> {
  const json = hostileVariant(good).map((value) => JSON.stringify(value) ?? '');
  return fc.oneof(
    { weight: 6, arbitrary: json },
    {
      weight: 1,
      arbitrary: fc
        .tuple(json, fc.double({ min: 0, max: 1, noNaN: true }))
        .map(([text, part]) => text.slice(0, text.length * part)),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('', '<html>', '['.repeat(50_000), `{"a":${'['.repeat(9_000)}${']'.repeat(9_000)}}`),
    },
  );
}
