import { defineConfig } from '@playwright/test';
import { findHeadlessChromium } from '../src/demo/setup.mjs';

const executablePath = findHeadlessChromium();

export default defineConfig({
  testDir: '.',
  globalSetup: './support/global-setup.ts',
  outputDir: '../test-results',
  fullyParallel: true,
  workers: 4,
  projects: [
    { name: 'browser', grepInvert: /@waits/, workers: 3 },
    // These wait for most of their time, and cost little beside the others.
    { name: 'waits', grep: /@waits/, workers: 1 },
  ],
  timeout: 60_000,
  retries: 0,
  forbidOnly: true,
  reporter: [['list'], ['./support/slowest.ts']],
  use: {
    screenshot: 'only-on-failure',
    launchOptions: { args: ['--in-process-gpu'], ...(executablePath && { executablePath }) },
  },
});
