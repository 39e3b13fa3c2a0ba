import { type CrxPlugin, crx } from '@crxjs/vite-plugin';
import { defineConfig, type Plugin } from 'vite';
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

/** A page's wrapper starts workers with its own text: it is one function, which has a name and is told what it starts. */
const namedWrapper: CrxPlugin = {
  name: 'holdfast:named-wrapper',
  apply: 'build',
  enforce: 'post',
  renderCrxManifest(manifest, bundle) {
    for (const output of Object.values(bundle)) {
      if (output.type !== 'asset' || !/\/page\/.*wrapper\.iife\.js$/.test(output.fileName)) continue;
      const named = String(output.source).replace(/^\(function\s*\(\)/, '(function holdfast(start)');
      if (named === output.source) throw new Error(`${output.fileName} is not one function`);
      output.source = named;
    }
    return manifest;
  },
};

/** What is loaded later needs no styles of its own, and nothing that waits for them. */
const nothingPreloaded: Plugin = {
  name: 'holdfast:nothing-preloaded',
  enforce: 'pre',
  load: (id) => (id === '\0vite/preload-helper.js' ? 'export const __vitePreload = (load) => load();' : undefined),
};

/**
 * Only `--mode devtools`, and the build to develop with, have the DevTools panel. Chrome warns of every extension that has
 * one: that it may read all data on all websites, though it may not.
 */
const PANEL = { devtools_page: 'src/ui/devtools/devtools.html' };

/**
 * What most views share is one file: many small ones compress badly, and the popup has a budget. What the background shares
 * with them comes first, so that its worker loads nothing of a view, and a view
 * nothing that reads records.
 */
const GROUPS = [
  {
    name: 'plain',
    test: /\/src\/(?:model\/(?:lock|quotas|settings|small-window|trace)|messages\/ui|protocol\/oauth\/loopback|protocol\/dpop\/algorithm)\.ts/,
    priority: 2,
    minShareCount: 3,
  },
  {
    name: 'views',
    // The popup loads a key's mark with a session's details.
    test: /\/src\/ui\/(?!mark|labels\/(?:mark|thumbprint|sparkline))|\/node_modules\/@?preact/,
    priority: 1,
    minShareCount: 3,
  },
];

const UNIT = { pool: 'threads' as const, setupFiles: ['src/seed.setup.ts'], testTimeout: 30_000 };
const TESTS = ['src/**/*.test.ts', 'security/*.test.ts', 'structure/*.test.ts', 'packaging/*.test.ts'];
/** What these test knows no browser: no test puts anything into the place of a module, and they can share them. */
const PURE = ['src/{messages,model,protocol,scenarios,sessions,structures}/**/*.test.ts'];

export default defineConfig(({ command, mode }) => {
  const hasPanel = command === 'serve' || mode === 'devtools';
  const pages = ['keep/index', 'lock/index', 'welcome/index', ...(hasPanel ? ['devtools/panel'] : [])];
  return {
    // Vitest reads this file too; its tests need no manifest.
    plugins: process.env.VITEST
      ? []
      : [
          crx({ manifest: { ...manifest, ...(hasPanel && PANEL) } as never }),
          nothingWebAccessible,
          namedWrapper,
          nothingPreloaded,
        ],
    build: {
      outDir: command === 'serve' ? 'dist-dev' : mode === 'devtools' ? 'dist-devtools' : 'dist',
      target: 'chrome128',
      modulePreload: false,
      emptyOutDir: true,
      // The manifest names the popup only.
      rollupOptions: {
        input: pages.map((page) => `src/ui/${page}.html`),
        output: {
          codeSplitting: { groups: GROUPS },
          // A hash of the bundler's would tell from where it was built.
          entryFileNames: 'assets/[name].js',
          chunkFileNames: 'assets/[name].js',
        },
      },
    },
    test: {
      environment: 'node',
      maxWorkers: '100%',
      projects: [
        { test: { ...UNIT, name: 'pure', include: PURE, isolate: false } },
        { test: { ...UNIT, name: 'unit', include: TESTS, exclude: PURE } },
      ],
    },
  };
});
