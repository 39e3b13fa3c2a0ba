import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { COLOURS, titleOf } from './badge.ts';

const say = (key: string, open: readonly string[] = []): string => [key, ...open].join(' ');
vi.mock('webextension-polyfill', () => ({
  default: { i18n: { getMessage: (...said: Parameters<typeof say>) => say(...said), getUILanguage: () => 'en' } },
}));

test.each(Object.entries(COLOURS))('the badge’s colour for %s is that of the views', (state, colour) => {
  const tokens = readFileSync(new URL('../../ui/tokens.css', import.meta.url), 'utf8');
  const [light = ''] = tokens.split('@media');
  expect(light).toContain(`--${state}: ${colour};`);
});

test('the icon’s title says how many sessions stand how, those that need a look last', () => {
  expect(titleOf([])).toBe('titleOn titleNone');
  expect(titleOf(['expired', 'revoked'])).toBe('titleOn titleNone');
  expect(titleOf(['bound'])).toBe('titleOn titleBound 1');
  expect(titleOf(['exposed', 'held', 'bound', 'given', 'refreshBound', 'bound'])).toBe(
    'titleOn titleBound 2, titleHeld 3, titleExposed 1',
  );
  expect(titleOf(['locked', 'expired'])).toBe('titleOn titleLocked 1');
});
