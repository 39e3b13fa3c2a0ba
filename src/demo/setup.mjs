/**
 * Installs what is missing, with Node's own modules only: the packages of the lock file, and a Chromium that can load an
 * unpacked extension. Run by `npm test` and `npm run demo` before anything else.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const INSTALLED = `${ROOT}node_modules/.holdfast-lock`;

/** Where systems put a Chromium. Branded Chrome is not among them: it no longer takes `--load-extension`. */
const SYSTEM = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** @returns {string | undefined} the path of a Chromium: `HOLDFAST_CHROMIUM`, Playwright's own, or the system's */
export function findChromium() {
  const given = process.env.HOLDFAST_CHROMIUM;
  if (given) return given;
  const { chromium } = createRequire(import.meta.url)('playwright');
  return [chromium.executablePath(), ...SYSTEM].find((path) => path && existsSync(path));
}

/** Chromium without a window to draw: it loads no extension, and takes half the time for a plain page. */
const SHELL = '/usr/bin/chromium-headless-shell';

/** @returns {string | undefined} the path of a Chromium for plain pages. `HOLDFAST_CHROMIUM` comes first here, too */
export function findHeadlessChromium() {
  return process.env.HOLDFAST_CHROMIUM || !existsSync(SHELL) ? findChromium() : SHELL;
}

function installPackages() {
  const lock = readFileSync(`${ROOT}package-lock.json`, 'utf8');
  if (existsSync(INSTALLED) && readFileSync(INSTALLED, 'utf8') === lock) return;
  say('Installing packages');
  // Not `npm ci`: it wants every platform's optional packages in the lock file, and a mirror may lack those of others.
  run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']) ||
    fail('npm install failed. Is the npm registry within reach?');
  writeFileSync(INSTALLED, lock);
}

function installChromium() {
  if (findChromium()) return;
  say('Installing Chromium');
  if (run('npx', ['playwright', 'install', 'chromium'], { quiet: true }) && findChromium()) return;
  const root = process.getuid?.() === 0;
  const apt = (...given) => run(root ? 'apt-get' : 'sudo', [...(root ? [] : ['-n', 'apt-get']), ...given]);
  const install = (name) => apt('install', '-y', '-qq', '--no-install-recommends', name);
  if (apt('update', '-qq') && install('chromium') && findChromium()) {
    install('chromium-headless-shell');
    return;
  }
  fail('No Chromium could be installed. Install one, and name its path in HOLDFAST_CHROMIUM.');
}

function run(command, given, { quiet = false } = {}) {
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync(command, given, { cwd: ROOT, stdio: quiet ? 'ignore' : 'inherit', env: environment }).status === 0;
}

function say(sentence) {
  process.stdout.write(`holdfast: ${sentence}\n`);
}

function fail(sentence) {
  process.stderr.write(`holdfast: ${sentence}\n`);
  process.exit(1);
}

export function setUp() {
  installPackages();
  installChromium();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) setUp();
