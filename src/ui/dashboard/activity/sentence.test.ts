import { expect, it, vi } from 'vitest';
import type { ActivityLine } from '../../../model/activity.ts';
import { VERDICTS } from '../../../model/drill.ts';
import { EXPOSED_REASONS, UNBOUND_REASONS } from '../../../model/session.ts';
import { ERROR_CODES } from '../../../protocol/error.ts';
import { lookOf } from './look.ts';
import { sentenceOf } from './sentence.ts';

const language = vi.hoisted(() => ({ now: 'en' }));
vi.mock('../../browser.ts', async () => {
  const { readFileSync } = await import('node:fs');
  const { filled } = await import('../../placeholders.ts');
  const words = (name: string) => JSON.parse(readFileSync(`public/_locales/${name}/messages.json`, 'utf8'));
  const catalogues: Record<string, Record<string, { message: string }>> = { en: words('en'), ja: words('ja') };
  const getMessage = (key: string, open: string[] = []) =>
    filled(catalogues[language.now]?.[key] ?? { message: '' }, open);
  return { default: { i18n: { getMessage, getUILanguage: () => 'en' } } };
});

const CODED: readonly ActivityLine[] = [
  ...ERROR_CODES.flatMap((code): ActivityLine[] => [
    { at: 0, kind: 'denied', code },
    { at: 0, kind: 'failed', code },
    { at: 0, kind: 'refused', code },
  ]),
  ...EXPOSED_REASONS.map((code): ActivityLine => ({ at: 0, kind: 'exposed', code })),
  ...UNBOUND_REASONS.map((code): ActivityLine => ({ at: 0, kind: 'held', code })),
  ...[...VERDICTS, 'notEnforced' as const].map((code): ActivityLine => ({ at: 0, kind: 'drilled', code })),
];

it.each(['en', 'ja'])('a line with a code says in a sentence what it means, in %s', (name) => {
  language.now = name;
  for (const line of CODED) {
    const said = sentenceOf(line);
    expect(said, `${line.kind} ${line.code}`).toMatch(/^.{8,}[.。]$/);
    expect(said).not.toMatch(/[a-z]_[a-z]/);
    expect(said, `${line.kind} ${line.code}`).not.toBe(sentenceOf({ at: 0, kind: 'proved' }));
  }
  language.now = 'en';
});

it.each([
  [{ at: 0, kind: 'denied', code: 'permission_declined' }, 'you said Not now'],
  [{ at: 0, kind: 'exposed', code: 'no_dpop' }, 'does not offer DPoP'],
  [{ at: 0, kind: 'refused', code: 'invalid_token' }, 'does not take this token'],
  [{ at: 0, kind: 'refused', code: 'of_its_own' }, 'The server refused the request.'],
  [{ at: 0, kind: 'refused' }, 'The server refused the request.'],
  [{ at: 0, kind: 'drilled', code: 'broken' }, 'A stolen token works'],
] as const)('%j', (line, sentence) => {
  expect(sentenceOf(line)).toContain(sentence);
});

it.each([
  ['enforced', 'shield'],
  ['advised', 'shield'],
  ['incomplete', 'warning'],
  ['unclear', 'warning'],
  ['broken', 'refusal'],
  ['notEnforced', 'refusal'],
] as const)('a drill that came to %s has the look of a %s', (code, look) => {
  expect(lookOf({ at: 0, kind: 'drilled', code })).toBe(look);
});
