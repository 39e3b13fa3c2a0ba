import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readDeviceBound } from './headers.ts';

const read = (fields: Record<string, string>) => readDeviceBound((name) => new Headers(fields).get(name));

test.each([['Secure-Session-Registration'], ['Sec-Session-Registration']])('%s names algorithms and a path', (name) => {
  expect(read({ [name]: '(ES256 RS256);path="/start";challenge="c-secret";authorization="a-secret"' })).toEqual({
    registers: true,
    challenges: false,
    algorithms: ['ES256', 'RS256'],
    path: '/start',
  });
});

test('algorithms may be strings, as drafts had them', () => {
  expect(read({ 'Secure-Session-Registration': '("ES256");path="start"' })).toMatchObject({ algorithms: ['ES256'] });
});

test.each([['Secure-Session-Challenge'], ['Sec-Session-Challenge']])('%s asks for a proof', (name) => {
  expect(read({ [name]: '"c-secret";id="session-1"' })).toEqual({
    registers: false,
    challenges: true,
    algorithms: [],
    path: undefined,
  });
});

test('other responses tell nothing', () => {
  expect(read({ 'Set-Cookie': 'a=b' })).toBeUndefined();
});

test('what cannot be read is a registration all the same, and no challenge is kept', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), (value) => {
      const told = readDeviceBound((name) => (name === 'Secure-Session-Registration' ? value : null));
      expect(told).toMatchObject({ registers: true });
      for (const algorithm of told?.algorithms ?? []) expect(algorithm).toMatch(/^[\w-]{1,16}$/);
    }),
  );
});
