import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from './world.ts';

/** How people may look at a view. With less motion, no colour is measured on its way to another. */
const LOOKS = {
  light: { colorScheme: 'light', forcedColors: 'none', reducedMotion: 'reduce' },
  dark: { colorScheme: 'dark', forcedColors: 'none', reducedMotion: 'reduce' },
  forced: { colorScheme: 'dark', forcedColors: 'active', reducedMotion: 'reduce' },
} as const;

type Look = keyof typeof LOOKS;

/** A view has no serious barrier, whichever way it is looked at. @param part a selector, where only that is new */
export async function expectAccessible(
  view: Page,
  looks: readonly Look[] = ['light', 'dark'],
  part?: string,
): Promise<void> {
  await view.getByRole('heading', { level: 1 }).or(view.getByRole('toolbar')).first().waitFor();
  for (const look of looks) {
    await view.emulateMedia(LOOKS[look]);
    expect(await barriers(view, COLOURS, part), look).toEqual([]);
  }
  expect(await barriers(view, ALL_ELSE, part), 'all but colours').toEqual([]);
}

/** At 200 % nothing is cut off sideways, and nothing becomes a barrier. */
export async function expectZoomable(view: Page): Promise<void> {
  const size = view.viewportSize();
  await view.evaluate(() => {
    document.documentElement.style.zoom = '2';
  });
  await view.setViewportSize({ width: 2 * (size?.width ?? 380), height: 2 * (size?.height ?? 600) });
  expect(await barriers(view, ALL_ELSE), '200 %').toEqual([]);
  const overflow = await view.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBeLessThanOrEqual(0);
  await view.evaluate(() => {
    document.documentElement.style.zoom = '';
  });
  if (size) await view.setViewportSize(size);
}

type Choice = (builder: AxeBuilder) => AxeBuilder;

/** What depends on how a view is looked at, and the rest: axe takes a while for each. */
const COLOURS: Choice = (builder) => builder.withRules('color-contrast');
const ALL_ELSE: Choice = (builder) => builder.disableRules('color-contrast');

/** What axe finds serious in a view, as it is looked at now. */
async function barriers(view: Page, choose: Choice, part?: string): Promise<unknown[]> {
  // A view has no frames: what axe does for those, in a page of its own, takes longer than all of its rules.
  const builder = new AxeBuilder({ page: view }).setLegacyMode().options({ resultTypes: ['violations'] });
  if (part !== undefined) builder.include(part);
  const { violations, passes } = await choose(builder).analyze();
  expect(passes.length).toBeGreaterThan(0);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => [id, ...nodes.map(({ html, any }) => [html, ...any.map(({ message }) => message)])]);
}
