import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { EXTENSION } from '../src/demo/chromium.ts';

interface Manifest {
  readonly permissions: readonly string[];
  readonly optional_permissions: readonly string[];
  readonly optional_host_permissions: readonly string[];
  readonly icons: Readonly<Record<string, string>>;
  readonly action: { readonly default_popup: string; readonly default_icon: Readonly<Record<string, string>> };
  readonly background: { readonly service_worker: string };
  readonly default_locale: string;
  readonly incognito: string;
}

// The build stands before this file is read: the global setup makes it.
const manifest: Manifest = JSON.parse(read('manifest.json'));
const files = readdirSync(EXTENSION, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(EXTENSION.length + 1));
const scripts = files.filter((file) => file.endsWith('.js'));
const texts = files.filter((file) => /\.(?:js|html|css|json|svg)$/.test(file));

/** The scripts that are registered for protected sites: the page's wrappers, and the relay. */
const registered = scripts.filter((file) => file.endsWith('.iife.js'));
const wrappers = registered.filter((file) => file.startsWith('src/page/'));

function read(file: string): string {
  return readFileSync(join(EXTENSION, file), 'utf8');
}

const gzipped = (file: string): number => gzipSync(readFileSync(join(EXTENSION, file)), { level: 9 }).byteLength;

/** `import` and `export … from`, and with what is loaded later: `import()`. */
const AT_ONCE = /\b(?:from|import)\s*["'`](\.{1,2}\/[^"'`]+)["'`]/g;
const EVER = /\b(?:from|import)\s*\(?\s*["'`](\.{1,2}\/[^"'`]+)["'`]/g;

/** A script and everything that it imports, each once. */
function withImports(entry: string, imports = EVER): string[] {
  const found = new Set([entry]);
  for (const file of found) {
    for (const [, path = ''] of read(file).matchAll(imports)) {
      found.add(join(dirname(file), path));
    }
  }
  return [...found];
}

/** What a page of the extension loads: its `src` and `href` attributes. */
function loadedBy(page: string): string[] {
  return [...read(page).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) =>
    path.startsWith('/') ? path.slice(1) : join(dirname(page), path),
  );
}

const worker = withImports(manifest.background.service_worker);
const popupEntries = loadedBy(manifest.action.default_popup).filter((file) => file.endsWith('.js'));
const popupScripts = popupEntries.flatMap((file) => withImports(file));
/** What a popup that opens has to load before it shows anything. */
const popupOpens = popupEntries.flatMap((file) => withImports(file, AT_ONCE));

test.describe('permissions', () => {
  /** Each API permission, with what the built worker does with it. `activeTab` only lets the popup see its tab's address. */
  const USES: Readonly<Record<string, RegExp>> = {
    activeTab: /\.tabs\.query\(/,
    declarativeNetRequestWithHostAccess: /\.declarativeNetRequest\b/,
    scripting: /\.scripting\.registerContentScripts\(/,
    storage: /\.storage\.(?:local|session)\b/,
    webRequest: /\.webRequest\b/,
  };

  test('are the ones that are used, and no others', () => {
    expect([...manifest.permissions].sort()).toEqual(Object.keys(USES).sort());
    const code = [...worker, ...popupScripts].map(read).join('\n');
    for (const permission of manifest.permissions) expect(code, permission).toMatch(USES[permission] ?? /$^/);
  });

  test('that are asked for later are used as well', () => {
    expect(manifest.optional_permissions).toEqual(['idle']);
    expect([...worker].map(read).join('\n')).toMatch(/\.idle\b/);
  });

  test('let Holdfast into no site when it is installed', () => {
    expect(manifest).not.toHaveProperty('host_permissions');
    expect(manifest).not.toHaveProperty('content_scripts');
    expect(manifest).not.toHaveProperty('externally_connectable');
    expect(JSON.stringify(manifest)).not.toMatch(/<all_urls>|\*:\/\/|"http:\/\/\*\/\*"/);
  });

  test('may be asked for where tokens may travel: over TLS, or on this machine', () => {
    expect([...manifest.optional_host_permissions].sort()).toEqual([
      'http://*.localhost/*',
      'http://127.0.0.1/*',
      'http://localhost/*',
      'https://*/*',
    ]);
  });

  test('are all explained in PERMISSIONS.md, and nothing else is', () => {
    const page = readFileSync(fileURLToPath(new URL('../PERMISSIONS.md', import.meta.url)), 'utf8');
    expect(namedIn(page)).toEqual(
      [
        ...['devtools_page', ...manifest.permissions, ...manifest.optional_permissions],
        ...manifest.optional_host_permissions,
      ].sort(),
    );
  });

  /** The permissions that headings and the first cells of table rows name in backticks: each has a word of its own. */
  function namedIn(page: string): string[] {
    const places = page.split('\n').flatMap((line) => /^#+ (.*)|^\|([^|]*)\|/.exec(line)?.slice(1) ?? []);
    const named = places.flatMap((place) => [...(place ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
    return [...new Set(named)].sort();
  }
});

test('a page can load no file of the extension', () => {
  expect(manifest).not.toHaveProperty('web_accessible_resources');
  for (const file of texts) expect(read(file), file).not.toContain('web_accessible_resources');
});

test('private windows are left alone: their rules would be those of all windows', () => {
  expect(manifest.incognito).toBe('not_allowed');
});

test('no trace of a development server is left, and no source map', () => {
  expect(files.filter((file) => file.endsWith('.map'))).toEqual([]);
  for (const file of texts) {
    expect(read(file), file).not.toMatch(/@vite\/client|crx-client|import\.meta\.hot|sourceMappingURL/);
    expect(read(file), file).not.toMatch(/(?:localhost|127\.0\.0\.1):\d/);
  }
  const printed = worker.flatMap((file) => read(file).match(/console\.error\(.{15}/g) ?? []);
  expect(printed).toEqual(['console.error(`Failed to send']); // of webextension-polyfill
});

test('no code comes from elsewhere, or from text', () => {
  for (const file of scripts) {
    // A wrapper that has started a site's worker runs that worker's own script in it.
    const others = wrappers.includes(file) ? /\beval\(|\bFunction\(/ : /\beval\(|\bFunction\(|\bimportScripts\b/;
    expect(read(file), file).not.toMatch(others);
    expect(read(file), file).not.toMatch(/\b(?:from|import)\s*\(?\s*["'`](?:https?:|\/\/|data:|blob:)/);
  }
  for (const file of files.filter((name) => name.endsWith('.html'))) {
    expect(read(file), file).not.toMatch(/(?:src|href)="(?:https?:|\/\/|data:|blob:)/);
    expect(read(file), file).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=/i);
  }
  for (const file of files.filter((name) => name.endsWith('.css'))) {
    expect(read(file), file).not.toMatch(/@import|url\(\s*["']?(?:https?:|\/\/)/);
  }
  expect(manifest).not.toHaveProperty('content_security_policy');
});

test('the scripts for protected sites run as they stand, ahead of a page: they import nothing', () => {
  const code = worker.map(read).join('\n');
  expect(registered).toEqual(expect.arrayContaining(['src/page/wrapper.iife.js', 'src/content/relay.iife.js']));
  for (const file of registered) {
    expect(code, `the worker registers ${file}`).toContain(file);
    expect(read(file)).toMatch(/^\s*(?:["'`]use strict["'`];)?\s*\(\s*(?:function\b|\(\)\s*=>)/);
    expect(read(file)).not.toMatch(/\bimport\b\s*[({*"'`\w]|\bexport\b\s*[{*\w]/);
  }
  expect(scripts.filter((file) => file.includes('.iife'))).toEqual(registered);
});

test('a wrapper stays within 7.7 kB, and what the popup opens with within 25 kB, gzipped', () => {
  for (const file of wrappers) expect(gzipped(file), file).toBeLessThanOrEqual(7_700);
  expect(wrappers.length).toBeGreaterThan(0);
  expect(popupOpens.length).toBeGreaterThan(0);
  const size = (list: readonly string[]) => [...new Set(list)].reduce((total, file) => total + gzipped(file), 0);
  expect(size(popupOpens)).toBeLessThanOrEqual(25_000);
  // With what it loads when details or a policy are opened, for an agent that passes handles on, and for a further address.
  expect(size(popupScripts)).toBeLessThanOrEqual(31_000);
});

test('the worker loads nothing of a view: it has to be awake at once', () => {
  expect(worker.map(read).join('\n')).not.toMatch(/document\.(?:createElement|body)/);
  expect(popupScripts.map(read).join('\n')).toMatch(/document\.(?:createElement|body)/);
});

test('every icon has the size that the manifest gives it', () => {
  expect(Object.keys(manifest.icons).sort()).toEqual(['128', '16', '32', '48']);
  for (const [size, file] of [...Object.entries(manifest.icons), ...Object.entries(manifest.action.default_icon)]) {
    const picture = readFileSync(join(EXTENSION, file));
    expect(picture.subarray(1, 4).toString(), file).toBe('PNG');
    // PNG §11.2.2: the width and height stand first in IHDR.
    expect([picture.readUInt32BE(16), picture.readUInt32BE(20)], file).toEqual([Number(size), Number(size)]);
  }
});

test('every sentence that the manifest names is in the catalogue of its language', () => {
  expect(manifest.default_locale).toBe('en');
  const catalogue = JSON.parse(read('_locales/en/messages.json')) as Record<string, { message: string }>;
  const named = [...JSON.stringify(manifest).matchAll(/__MSG_(\w+)__/g)].map(([, key = '']) => key);
  expect(named.length).toBeGreaterThan(0);
  for (const key of named) expect(catalogue[key]?.message, key).toBeTruthy();
});

test('no script is packed that nothing loads', () => {
  const pages = files.filter((file) => file.endsWith('.html')).flatMap(loadedBy);
  const loaded = [
    ...pages.filter((file) => file.endsWith('.js')).flatMap((file) => withImports(file)),
    ...worker,
    ...registered,
  ];
  expect([...new Set(loaded)].sort()).toEqual([...scripts].sort());
});

test('every file that is named is there', () => {
  const paths = JSON.stringify(manifest).matchAll(/"([^"]+\.(?:js|json|html|css|png|svg))"/g);
  const named = [
    ...[...paths].map(([, path = '']) => path),
    ...worker,
    ...popupScripts,
    ...files.filter((file) => file.endsWith('.html')).flatMap(loadedBy),
  ];
  expect(named).toEqual(expect.arrayContaining([manifest.background.service_worker, manifest.action.default_popup]));
  for (const file of named) expect(existsSync(resolve(EXTENSION, file)), file).toBe(true);
});
