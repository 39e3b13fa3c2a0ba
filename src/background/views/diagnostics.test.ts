import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { Ask } from '../../messages/ui.ts';
import type { Session } from '../../model/session.ts';
import { HoldfastError } from '../../protocol/error.ts';
import { createArea } from '../browser/browser.fixture.ts';
import { createErrorRing } from '../errors.ts';
import { createDiagnostics } from './diagnostics.ts';

const ROOT = 'chrome-extension://own/';
const fake = vi.hoisted(() => ({ storage: {}, runtime: {} }));
vi.mock('webextension-polyfill', () => ({ default: fake }));
vi.stubEnv('DEV', false); // nothing on the console

interface Stand {
  readonly sessions?: () => Promise<readonly Session[]>;
  readonly sites?: () => Promise<readonly string[]>;
  readonly asks?: readonly Ask[];
  readonly errors?: readonly unknown[];
}

function diagnosticsOf({ sessions = async () => [], sites = async () => [], asks = [], errors = [] }: Stand) {
  Object.assign(fake, { storage: { session: createArea() }, runtime: { getURL: () => ROOT } });
  const ring = createErrorRing(() => 5);
  for (const error of errors) ring.keep(error);
  const trouble = { now: 'storage_full' as const };
  const times = [1000, 2000];
  const parts = { sessions: { list: sessions }, protection: { list: sites }, asks: () => asks, errors: ring, trouble };
  return createDiagnostics({ ...parts, now: () => times.shift() ?? 0 } as never)();
}

const inState = (state: string) => ({ state }) as Session;

test('they say since when the worker runs, and count sessions by state, sites, questions and errors', async () => {
  const sessions = async () => ['bound', 'exposed', 'bound', 'damaged'].map(inState);
  const sites = async () => ['https://a.example', 'https://b.example'];
  const errors = [new HoldfastError('locked', 'The vault stayed locked')];
  expect(await diagnosticsOf({ sessions, sites, asks: [{} as Ask], errors })).toEqual({
    ...{ startedAt: 1000, trouble: 'storage_full', sites: 2, questions: 1 },
    sessions: { bound: 2, exposed: 1, damaged: 1 },
    errors: [{ at: 5, code: 'locked', name: 'HoldfastError', places: [] }],
  });
});

test('where storage fails they say all else', async () => {
  const fail = () => Promise.reject(new Error('no storage'));
  const told = await diagnosticsOf({ sessions: fail, sites: fail, errors: [new Error('any')] });
  expect(told).toMatchObject({ sessions: undefined, sites: undefined, trouble: 'storage_full', questions: 0 });
  expect(told.errors).toHaveLength(1);
});

test('no secret and no address is in them, wherever it stood', async () => {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'];
  const secret = fc.string({ unit: fc.constantFrom(...letters), minLength: 12, maxLength: 60 });
  const quoting = secret.chain((text) =>
    fc
      .constantFrom(
        text,
        `{"access_token":"${text}"`,
        `https://as.example/token?code=${text}#${text}`,
        `first\n    at ${text} (${ROOT}${text}:1:1)`,
        `${text}\n    at ${ROOT}${text}.js:1:1\n`,
      )
      .map((quote) => ({ text, quote })),
  );
  await fc.assert(
    fc.asyncProperty(quoting, async ({ text, quote }) => {
      const told = await diagnosticsOf({
        sessions: async () => [sessionOf(quote)],
        sites: async () => [quote],
        asks: [{ id: quote, agent: quote, origins: [quote], until: 0, purpose: { kind: 'use', resource: quote } }],
        errors: errorsOf(quote),
      });
      expect(told).toMatchObject({ sessions: { bound: 1 }, sites: 1, questions: 1 });
      expect(told.errors).toHaveLength(errorsOf(quote).length);
      const all = JSON.stringify(told);
      expect(all).not.toContain(text);
      expect(all).not.toMatch(/:\/\//);
    }),
  );
});

/** A session in which everything is secret. */
const sessionOf = (text: string) =>
  ({
    ...{ id: text, agent: text, resource: text, issuer: text, clientId: text, scopes: [text], tokenEndpoint: text },
    ...{ state: 'bound', binding: { thumbprint: text }, handles: { by: 'holdfast', access: text, refresh: text } },
    ...{ reach: [text], speaks: 'Bearer', issuedAt: 0 },
  }) as unknown as Session;

/** Errors that repeat a text, as those of Holdfast, of libraries and of the browser may. */
function errorsOf(text: string): unknown[] {
  const cause = new TypeError(text);
  return [
    cause,
    new Error('any', { cause }),
    new AggregateError([cause], text),
    new HoldfastError('metadata_invalid', `The metadata was refused: ${text}`, { cause }),
    new DOMException(text, 'UnknownError'),
    Object.assign(new Error(text), { name: text }),
    Object.assign(new Error('any'), { code: text }),
    text,
    { message: text, stack: text },
  ];
}
