import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { COLOURS } from './badge.ts';

vi.mock('webextension-polyfill', () => ({ default: {} }));

test.each(Object.entries(COLOURS))('the badge’s colour for %s is that of the views', (state, colour) => {
  const tokens = readFileSync(new URL('../../ui/tokens.css', import.meta.url), 'utf8');
  const [light = ''] = tokens.split('@media');
  expect(light).toContain(`--${state}: ${colour};`);
});
