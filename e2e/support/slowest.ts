import { basename } from 'node:path';
import type { Reporter, TestCase, TestResult } from '@playwright/test/reporter';

const SHOWN = 10;

/** Prints the slowest tests at the end of a run. */
export default class Slowest implements Reporter {
  readonly #runs: { readonly name: string; readonly milliseconds: number }[] = [];

  onTestEnd({ location, title }: TestCase, { duration }: TestResult): void {
    this.#runs.push({ name: `${basename(location.file)} › ${title}`, milliseconds: duration });
  }

  onEnd(): void {
    console.log('\nThe slowest tests:');
    for (const { name, milliseconds } of this.#runs
      .toSorted((a, b) => b.milliseconds - a.milliseconds)
      .slice(0, SHOWN)) {
      console.log(`  ${(milliseconds / 1_000).toFixed(1).padStart(5)} s  ${name}`);
    }
  }
}
