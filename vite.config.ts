import { type CrxPlugin, crx } from '@crxjs/vite-plugin';
import { defineConfig } from 'vite';
import manifest from './manifest.json' with { type: 'json' };

/**
 * The scripts that are registered for protected sites need not be web accessible, though the bundler lists them so: a page
 * could tell by them that Holdfast is there. Nor are its module builds of them of any use.
 */
const nothingWebAccessible: CrxPlugin = {
  name: 'holdfast:nothing-web-accessible',
  apply: 'build',
  enforce: 'post',
  renderCrxManifest({ web_accessible_resources: _, ...manifest }, bundle) {
    for (const [name, output] of Object.entries(bundle)) {
      const modules = output.type === 'chunk' ? Object.keys(output.modules) : [];
      const isOfPages = modules.length > 0 && modules.every((id) => /\/src\/(?:page|content)\//.test(id));
      if (isOfPages) delete bundle[name];
    }
    return manifest as typeof manifest & { web_accessible_resources?: never };
  },
};

/**
 * `--mode without-devtools` leaves the DevTools panel out. Chrome warns of every extension that has one: that it may read
 * all data on all websites, though it may not. This build installs without a warning.
 */
function manifestFor(mode: string): typeof manifest {
  const { devtools_page: _, ...withoutPanel } = manifest;
  return (mode === 'without-devtools' ? withoutPanel : manifest) as typeof manifest;
}

/**
 * What most views share is one file: many small ones compress badly, and the popup has a budget. What the background shares
 * with them comes first, so that its worker loads nothing of a view, and a view
 * nothing that reads records.
 */
const GROUPS = [
  {
    name: 'plain',
    test: /\/src\/(?:model\/(?:lock|quotas|settings)|messages\/ui|protocol\/oauth\/loopback|protocol\/dpop\/algorithm)\.ts/,
    priority: 2,
    minShareCount: 3,
  },
  { name: 'views', test: /\/src\/ui\/|\/node_modules\/@?preact/, priority: 1, minShareCount: 3 },
];

function panelFor(mode: string): string[] {
  return mode === 'without-devtools' ? [] : ['devtools/panel'];
}

export default defineConfig(({ command, mode }) => ({
  // Vitest reads this file too; its tests need no manifest.
  plugins: process.env.VITEST ? [] : [crx({ manifest: manifestFor(mode) as never }), nothingWebAccessible],
  build: {
    outDir: command === 'serve' ? 'dist-dev' : 'dist',
    target: 'chrome128',
    modulePreload: false,
    emptyOutDir: true,
    // The manifest names the popup only.
    rollupOptions: {
      input: ['lock/index', 'welcome/index', ...panelFor(mode)].map((page) => `src/ui/${page}.html`),
      output: { codeSplitting: { groups: GROUPS } },
    },
  },
  test: {
    include: ['src/**/*.test.ts', 'security/*.test.ts', 'structure/*.test.ts'],
    setupFiles: ['src/seed.setup.ts'],
    environment: 'node',
    testTimeout: 30_000,
    maxWorkers: '100%',
  },
}));
