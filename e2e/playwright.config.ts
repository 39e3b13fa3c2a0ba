import { defineConfig } from '@playwright/test';
import { findChromium } from '../src/demo/setup.mjs';

const executablePath = findChromium();

export default defineConfig({
  testDir: '.',
  globalSetup: './support/global-setup.ts',
  outputDir: '../test-results',
  fullyParallel: true,
  workers: 3,
  projects: [
    { name: 'browser', testIgnore: 'sleep.spec.ts', workers: 2 },
    // It waits for half a minute, and costs nothing beside the others.
    { name: 'sleep', testMatch: 'sleep.spec.ts', workers: 1 },
  ],
  timeout: 60_000,
  retries: 0,
  forbidOnly: true,
  reporter: [['list'], ['./support/slowest.ts']],
  use: {
    screenshot: 'only-on-failure',
    ...(executablePath && { launchOptions: { executablePath } }),
  },
});
