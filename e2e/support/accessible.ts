import { createRequire } from 'node:module';
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
  const [first, ...others] = looks;
  if (first) await view.emulateMedia(LOOKS[first]);
  expect(await barriers(view, first ? 'all' : 'all but colours', part), first ?? 'all but colours').toEqual([]);
  for (const look of others) {
    await view.emulateMedia(LOOKS[look]);
    expect(await barriers(view, 'colours', part), look).toEqual([]);
  }
}

/** At 200 % nothing is cut off sideways, and nothing becomes a barrier. @param part a selector, where only that is new */
export async function expectZoomable(view: Page, part?: string): Promise<void> {
  const size = view.viewportSize();
  await view.evaluate(() => {
    document.documentElement.style.zoom = '2';
  });
  await view.setViewportSize({ width: 2 * (size?.width ?? 380), height: 2 * (size?.height ?? 600) });
  expect(await barriers(view, 'all but colours', part), '200 %').toEqual([]);
  const overflow = await view.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBeLessThanOrEqual(0);
  await view.evaluate(() => {
    document.documentElement.style.zoom = '';
  });
  if (size) await view.setViewportSize(size);
}

/** What of axe's rules is looked for: the one about colours takes as long as the others together. */
type Choice = 'colours' | 'all but colours' | 'all';

const CONTRAST = 'color-contrast';

const required = createRequire(createRequire(import.meta.url).resolve('@axe-core/playwright'));
/** axe, to be read once: its builder would have a page read it twice for each run, which takes as long as the run. */
const { source } = required('axe-core') as { source: string };

/** What axe finds serious in a view, as it is looked at now. */
async function barriers(view: Page, choice: Choice, part?: string): Promise<unknown[]> {
  for (const frame of view.frames()) if (!(await frame.evaluate(() => 'axe' in window))) await frame.evaluate(source);
  // A view has no frames: what axe does for those, in a page of its own, takes longer than all of its rules.
  const builder = new AxeBuilder({ page: view, axeSource: ';' })
    .setLegacyMode()
    .options({ resultTypes: ['violations'] });
  if (part !== undefined) builder.include(part);
  if (choice === 'colours') builder.withRules(CONTRAST);
  if (choice === 'all but colours') builder.disableRules(CONTRAST);
  const { violations, passes } = await builder.analyze();
  const passed = passes.map(({ id }) => id);
  expect(passed).toContainEqual(choice === 'all but colours' ? expect.any(String) : CONTRAST);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => [id, ...nodes.map(({ html, any }) => [html, ...any.map(({ message }) => message)])]);
}
