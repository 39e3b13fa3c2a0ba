import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type BrowserContext, chromium, type Worker } from 'playwright';
import { findChromium } from './setup.mjs';

/** The built extension, as it is packed for the store. */
export const EXTENSION = fileURLToPath(new URL('../../dist', import.meta.url));

/** The same with the DevTools panel (`npm run build:devtools`). */
export const WITH_PANEL = fileURLToPath(new URL('../../dist-devtools', import.meta.url));

/** Chromium speaks to nobody but the pages that are opened in it. */
const ALONE = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface LaunchOptions {
  /** The profile's folder: what is kept there outlives the browser. */
  readonly profile: string;
  readonly headless?: boolean;
  /** Folders of unpacked extensions. Default: Holdfast alone. */
  readonly extensions?: readonly string[];
  readonly colorScheme?: 'light' | 'dark';
  readonly locale?: string;
  /** Keeps pages that are left, as people's browsers do. Default false, as Playwright has it. */
  readonly backForwardCache?: boolean;
  /** Null for a window as large as the screen, whose page is as large as the window. Default: Playwright's. */
  readonly viewport?: { readonly width: number; readonly height: number } | null;
  /** Further flags of Chromium's. */
  readonly flags?: readonly string[];
}

/** Starts Chromium with a profile and unpacked extensions. */
export async function launch(options: LaunchOptions): Promise<BrowserContext> {
  const { profile, headless = true, extensions = [EXTENSION], backForwardCache = false, flags = [] } = options;
  const { colorScheme, locale, viewport } = options;
  const missing = extensions.find((folder) => !existsSync(`${folder}/manifest.json`));
  if (missing) throw new Error(`There is no extension in ${missing}. Run \`npm run build\`.`);
  const executablePath = findChromium();
  if (!executablePath) throw new Error('There is no Chromium. Run `node src/demo/setup.mjs`.');
  const list = extensions.join(',');
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless,
    ignoreDefaultArgs: ['--disable-extensions', ...(backForwardCache ? ['--disable-back-forward-cache'] : [])],
    args: [
      ...ALONE,
      ...flags,
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ...(list ? [`--load-extension=${list}`, `--disable-extensions-except=${list}`] : []),
      ...(locale ? [`--lang=${locale}`] : []),
    ],
    ...(colorScheme && { colorScheme }),
    ...(locale && { locale }),
    ...(viewport !== undefined && { viewport }),
  });
  if (viewport === null && !headless) await maximize(context);
  return context;
}

/** Makes the first window as large as the screen. Chromium's own flag for that makes every window so, the smallest too. */
async function maximize(context: BrowserContext): Promise<void> {
  const [page = await context.newPage()] = context.pages();
  const devtools = await context.newCDPSession(page);
  const { windowId } = await devtools.send('Browser.getWindowForTarget');
  await devtools.send('Browser.setWindowBounds', { windowId, bounds: { windowState: 'maximized' } });
  await devtools.detach();
}

/** Holdfast's worker; it may have to be waited for right after the start. */
export async function extensionWorker(context: BrowserContext): Promise<Worker> {
  return context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
}
