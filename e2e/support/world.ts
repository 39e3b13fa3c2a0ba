import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, test as base, expect, type Page, type Worker } from '@playwright/test';
import {
  type AuthorizationServer,
  type AuthorizationServerOptions,
  startAuthorizationServer,
} from '../../src/demo/authorization-server.ts';
import type { Binding } from '../../src/demo/binding.ts';
import { extensionWorker, type LaunchOptions, launch } from '../../src/demo/chromium.ts';
import { type Handler, type LoopbackServer, listenOnLoopback } from '../../src/demo/loopback.ts';
import { grantBeforehand } from '../../src/demo/protect.mjs';
import { SCOPES } from '../../src/demo/resource/tools.ts';
import {
  type ResourceServer,
  type ResourceServerOptions,
  startResourceServer,
} from '../../src/demo/resource-server.ts';
import { sendFile } from '../../src/demo/static-files.ts';
import type { AgentOptions } from './agent-page/options.ts';
import { addressOf, extensionPage } from './extension-page.ts';
import { AGENT_PAGE } from './global-setup.ts';
import { type LegacyServer, startLegacyServer } from './legacy-sse.ts';
import { asOldServer, PATH } from './old-server.ts';
import { makeProtected } from './protected.ts';
import { Tabs } from './tabs.ts';

export { expect };

interface ServerOptions {
  /** For both servers. Default: both demand DPoP and nonces. */
  readonly binding?: Binding;
  readonly auth?: Partial<AuthorizationServerOptions>;
  readonly mcp?: Partial<ResourceServerOptions>;
}

/** One browser with the extension, on a profile that outlives it. */
export interface Browser {
  readonly context: BrowserContext;
  /** Empty without the extension. */
  readonly id: string;
  readonly worker: () => Promise<Worker>;
  /** Where its tabs are used again. */
  readonly tabs?: Tabs;
}

/** Who signs in at an authorization server without its pages, as long as there is a name. */
interface Approval {
  name?: string;
}

/** The servers of all tests are one site to Chromium, which may then use a process again. */
const SITE = 'tests';

/** By resource. */
const approvals = new Map<string, Approval>();

/** Real servers, a real agent page and a real Chromium, for one test; all is gone afterwards. */
export class World {
  readonly #cleanUp: (() => Promise<unknown>)[] = [];
  readonly #shared: SharedBrowser;
  readonly #scope: string;
  #profile: string | undefined;
  /** What each authorization server gives tokens for. */
  readonly #resources = new Map<AuthorizationServer, string[]>();
  readonly #approvals = new Map<AuthorizationServer, Approval>();

  /**
   * @param scope stands in the name of every server: a port that another test had is another origin then, with a storage
   *   of its own in the shared browser
   */
  constructor(shared: SharedBrowser, scope = `${randomUUID().slice(0, 8)}.${SITE}`) {
    this.#shared = shared;
    this.#scope = scope;
  }

  async servers({
    binding = 'required',
    auth,
    mcp,
  }: ServerOptions = {}): Promise<{ auth: AuthorizationServer; mcp: ResourceServer }> {
    const resources: string[] = [];
    const approval: Approval = {};
    const authorizationServer = await this.keep(
      startAuthorizationServer({
        binding,
        resources: () => resources,
        scopes: SCOPES,
        approves: () => approval.name,
        ...auth,
        name: this.#scoped(auth?.name ?? 'auth'),
      }),
    );
    this.#resources.set(authorizationServer, resources);
    this.#approvals.set(authorizationServer, approval);
    return { auth: authorizationServer, mcp: await this.resource(authorizationServer, { binding, ...mcp }) };
  }

  /** One more MCP server of an authorization server. */
  async resource(
    authorizationServer: AuthorizationServer,
    options: Partial<ResourceServerOptions> = {},
  ): Promise<ResourceServer> {
    const name = this.#scoped(options.name ?? 'mcp');
    const server = await this.keep(startResourceServer({ authorizationServer, binding: 'required', ...options, name }));
    this.#know(server, authorizationServer);
    return server;
  }

  /** An MCP server of an authorization server that speaks the HTTP+SSE transport of 2024. */
  async legacyResource(authorizationServer: AuthorizationServer, binding: Binding = 'required'): Promise<LegacyServer> {
    const server = await this.keep(startLegacyServer({ authorizationServer, binding, name: this.#scoped('sse') }));
    this.#know(server, authorizationServer);
    return server;
  }

  /** One server that is both, as MCP had it on 2025-03-26: without a resource's metadata, and with its own or none. */
  async oldServer(hasMetadata: boolean, binding: Binding = 'none') {
    const at: { port?: number } = {};
    const intercept = asOldServer({ hasMetadata, port: () => at.port });
    const name = hasMetadata ? 'described' : 'undescribed';
    const { auth, mcp } = await this.servers({ binding, auth: { name, intercept } });
    at.port = mcp.port;
    const resource = auth.origin + PATH;
    const approval = this.#approvals.get(auth);
    if (approval) approvals.set(resource, approval);
    return { auth, mcp: { ...mcp, origin: auth.origin, resource } };
  }

  #know({ resource }: { readonly resource: string }, authorizationServer: AuthorizationServer): void {
    this.#resources.get(authorizationServer)?.push(resource);
    const approval = this.#approvals.get(authorizationServer);
    if (approval) approvals.set(resource, approval);
  }

  /** A site that serves the test agent at every path; `extra` may answer first. */
  async agent(name = 'agent', extra?: Handler): Promise<LoopbackServer> {
    return this.keep(
      listenOnLoopback(this.#scoped(name), 0, () => async (request, response) => {
        await extra?.(request, response);
        if (response.writableEnded) return;
        const path = new URL(request.url ?? '/', 'http://any.localhost').pathname;
        await sendFile(response, AGENT_PAGE, path.startsWith('/assets/') ? path : 'index.html');
      }),
    );
  }

  /** A site of the test's own making. */
  async site(name: string, handler: Handler): Promise<LoopbackServer> {
    return this.keep(listenOnLoopback(this.#scoped(name), 0, () => handler));
  }

  /** The shared browser, in which Holdfast knows nothing: for a test that changes all of it. The next test finds it empty. */
  async fresh(): Promise<Browser> {
    await this.#shared.empty();
    this.#shared.isSpent = true;
    return this.#shared.browser;
  }

  /** A Chromium of the test's own; the same profile each time, as when a person opens their browser again. */
  async browser(options: Partial<LaunchOptions> = {}): Promise<Browser> {
    const isAgain = this.#profile !== undefined;
    this.#profile ??= await mkdtemp(join(tmpdir(), 'holdfast-'));
    const browser = await startBrowser({ profile: this.#profile, ...options });
    this.#cleanUp.push(() => browser.context.close());
    if (isAgain && browser.id) await scriptsAreBack(browser);
    if (!isAgain && browser.id) await closeWelcome(browser);
    return browser;
  }

  /**
   * A browser in which the agent's site is protected and its servers are allowed: the one that the tests of a process
   * share, unless another is given. Origins are a test's own, so that tests do not meet in it.
   */
  async protect(agent: LoopbackServer, servers: readonly LoopbackServer[], browser = this.shared): Promise<Browser> {
    const origins = servers.map(({ origin }) => origin);
    await makeProtected(browser, agent.origin, origins);
    return browser;
  }

  /** The shared browser, with nothing protected for this test. */
  get shared(): Browser {
    return this.#shared.browser;
  }

  async close(): Promise<void> {
    await closePages(this.shared);
    for (const cleanUp of this.#cleanUp.reverse()) await cleanUp();
    if (this.#profile) await rm(this.#profile, { recursive: true, force: true });
  }

  #scoped(name: string): string {
    return this.#scope ? `${name}.${this.#scope}` : name;
  }

  private async keep<Server extends LoopbackServer>(starting: Promise<Server>): Promise<Server> {
    const server = await starting;
    this.#cleanUp.push(() => server.close());
    return server;
  }
}

/** Chrome forgets the registered scripts of an extension that is loaded anew, unpacked; its worker registers them again. */
export async function scriptsAreBack({ worker }: Pick<Browser, 'worker'>): Promise<void> {
  const missing = async () =>
    (await worker()).evaluate(async () => {
      const { sites } = await chrome.storage.local.get<{ sites: string[] }>({ sites: [] });
      const registered = await chrome.scripting.getRegisteredContentScripts();
      const ids = registered.map(({ id }) => id);
      return sites.filter((site) => !['page', 'relay'].every((script) => ids.includes(`${script} ${site}`)));
    });
  await expect.poll(missing).toEqual([]);
}

/** The page that greets whoever installs Holdfast comes when it comes: a test waits for pages of its own. */
async function closeWelcome({ context }: Browser): Promise<void> {
  const welcome = () => context.pages().find((page) => page.url().includes('/welcome/'));
  await expect.poll(welcome).toBeDefined();
  await welcome()?.close();
}

/** Closes the pages that a test opened in a browser that it shares, or has their tabs rest. @param others stay */
export async function closePages({ context, id, tabs }: Browser, others?: ReadonlySet<Page>): Promise<void> {
  const kept = new Set(['about:blank', addressOf(id)]);
  for (const page of context.pages()) {
    if (kept.has(page.url()) || others?.has(page) || tabs?.isIdle(page)) continue;
    if (!(await tabs?.giveBack(page).catch(() => false))) await page.close();
  }
}

/** A page in front: in a tab that is used again, where the browser is shared. */
export const newPage = ({ context, tabs }: Pick<Browser, 'context' | 'tabs'>): Promise<Page> =>
  tabs ? tabs.take() : context.newPage();

/** Takes from Holdfast all that it knows, and all that it was allowed. */
async function forget(browser: Browser): Promise<void> {
  await closePages(browser);
  const page = await extensionPage(browser);
  await page.evaluate(async () => {
    const { origins } = await chrome.permissions.getAll();
    if (origins?.length) await chrome.permissions.remove({ origins });
    await chrome.scripting.unregisterContentScripts();
    await Promise.all([chrome.storage.local.clear(), chrome.storage.session.clear(), chrome.storage.sync.clear()]);
  });
  const devtools = await browser.context.newCDPSession(page);
  await devtools.send('Storage.clearDataForOrigin', { origin: new URL(page.url()).origin, storageTypes: 'all' });
  await devtools.detach();
  await stopWorker(browser);
}

/**
 * Starts a Chromium with the extension, and without a process of its own for graphics: tests have little of those. Where no
 * dialog is to be seen, Chrome takes a yes beforehand, for all sites of tests.
 */
export async function startBrowser(options: LaunchOptions): Promise<Browser> {
  const context = await launch({ flags: ['--in-process-gpu'], ...options });
  const worker = () => extensionWorker(context);
  if (options.extensions && !options.extensions.some(isHoldfast)) return { context, id: '', worker };
  const id = await grantBeforehand(context, ['http://*.localhost']);
  await worker();
  return { context, id, worker };
}

function isHoldfast(folder: string): boolean {
  return JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')).short_name === 'Holdfast';
}

/** Chrome takes longer for each permission that it has given: after so many tests it starts anew. */
const MOST_TESTS = 25;

/** The Chromium of the tests of one process. */
export class SharedBrowser {
  #tests = 0;
  /** The next test is not to see what this one did. */
  isSpent = false;

  constructor(
    readonly browser: Browser,
    readonly close = () => browser.context.close(),
  ) {}

  static async start(): Promise<SharedBrowser> {
    const profile = await mkdtemp(join(tmpdir(), 'holdfast-'));
    const browser = await startBrowser({ profile });
    await closeWelcome(browser);
    const rest = await listenOnLoopback(SITE, 0, () => (_, response) => void response.end());
    const tabs = new Tabs(browser.context, rest.origin);
    return new SharedBrowser({ ...browser, tabs }, async () => {
      await browser.context.close();
      await rest.close();
      await rm(profile, { recursive: true, force: true });
    });
  }

  /** A test begins. */
  async next(): Promise<void> {
    if (this.isSpent || this.#tests >= MOST_TESTS) await this.#forget();
    this.#tests += 1;
  }

  /** For a test that has just begun, and is to see nothing of those before it. */
  async empty(): Promise<void> {
    if (this.#tests > 1) await this.#forget();
  }

  async #forget(): Promise<void> {
    await forget(this.browser);
    this.#tests = 0;
    this.isSpent = false;
  }
}

export const test = base.extend<{ world: World }, { shared: SharedBrowser }>({
  shared: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's dependencies from this pattern
    async ({}, use) => {
      const shared = await SharedBrowser.start();
      await use(shared);
      await shared.close();
    },
    { scope: 'worker' },
  ],
  world: async ({ shared }, use) => {
    await shared.next();
    const world = new World(shared);
    await use(world);
    await world.close();
  },
});

/**
 * One scene for the tests of a group, one after another: for tests of what comes after a sign-in. Each leaves it as it was; the
 * pages that it opens are closed.
 */
export function shareScene<Scene>(make: (world: World) => Promise<Scene>): () => Scene {
  let made: { readonly world: World; readonly scene: Scene; readonly pages: ReadonlySet<Page> } | undefined;
  test.describe.configure({ mode: 'default' });
  test.beforeAll(async ({ shared }) => {
    await shared.next();
    const world = new World(shared);
    const scene = await make(world);
    made = { world, scene, pages: new Set(shared.browser.context.pages()) };
  });
  test.afterEach(({ shared }) => closePages(shared.browser, made?.pages));
  test.afterAll(() => made?.world.close());
  return () => {
    if (!made) throw new Error('the scene is made before the first test');
    return made.scene;
  };
}

/** Opens the agent's page and waits until its script runs. */
export async function openAgent(browser: Browser, { origin }: LoopbackServer, path = '/'): Promise<Page> {
  const page = await newPage(browser);
  await page.goto(origin + path);
  await page.waitForFunction(() => 'agent' in window);
  return page;
}

/** Signs in through the authorization server's own pages, from the moment that they are shown. */
export async function consent(page: Page, name = 'Ada'): Promise<void> {
  const nameField = page.getByLabel('User name');
  await nameField
    .or(page.getByRole('button', { name: 'Allow' }))
    .first()
    .waitFor();
  if (await nameField.isVisible()) {
    await nameField.fill(name);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }
  await page.getByRole('button', { name: 'Allow' }).click();
}

/** The whole sign-in, without the authorization server's pages, in a frame of the agent's; afterwards the agent is connected. */
export async function signIn(page: Page, options: AgentOptions, name?: string): Promise<void> {
  const signingIn = () => page.evaluate((given) => window.agent.signIn(given), options);
  const answer = await approved(options.resource, signingIn, name);
  if (answer !== 'connected') throw new Error(answer);
}

/** The same by redirect, as most agents do: the page is left. */
export async function signInByRedirect(page: Page, options: AgentOptions, name?: string): Promise<void> {
  await approved(options.resource, () => authorizeAgain(page, options), name);
  await redeem(page, options);
}

/** The same, through the server's pages. */
export async function signInAsPerson(page: Page, options: AgentOptions, name?: string): Promise<void> {
  await startSignIn(page, options);
  await finishSignIn(page, options, name);
}

/** Does something while the authorization server of a resource asks nobody. */
export async function approved<Result>(resource: string, work: () => Promise<Result>, name = 'Ada'): Promise<Result> {
  const approval = approvals.get(resource);
  if (!approval) throw new Error(`no authorization server is known for ${resource}`);
  approval.name = name;
  return work().finally(() => delete approval.name);
}

/** Lets the agent connect without tokens, up to the authorization server's page. */
export async function startSignIn(page: Page, options: AgentOptions): Promise<void> {
  const left = page.waitForURL(/\/interaction\//);
  // The page is left while the SDK still works; that is the answer.
  await Promise.all([left, page.evaluate((given) => window.agent.connect(given), options).catch(() => undefined)]);
}

export async function finishSignIn(page: Page, options: AgentOptions, name?: string): Promise<void> {
  await consent(page, name);
  await page.waitForURL(/\/callback/);
  await redeem(page, options);
}

/** Lets the agent connect, up to its callback: the server knows the person and their consent, and asks nothing. */
export async function authorizeAgain(page: Page, options: AgentOptions): Promise<void> {
  const before = page.url();
  const back = page.waitForURL((url) => url.pathname === '/callback' && url.href !== before);
  await Promise.all([back, page.evaluate((given) => window.agent.connect(given), options).catch(() => undefined)]);
}

/** At the callback: exchanges the code, and connects. */
export async function redeem(page: Page, options: AgentOptions): Promise<void> {
  await page.waitForFunction(() => 'agent' in window);
  await page.evaluate((given) => window.agent.finish(given, location.search), options);
  await connect(page, options);
}

/** Connects with the tokens that are there. */
export async function connect(page: Page, options: AgentOptions): Promise<void> {
  const answer = await page.evaluate((given) => window.agent.connect(given), options);
  if (answer !== 'connected') throw new Error(answer);
}

interface SignedInOptions {
  readonly sdk?: AgentOptions['sdk'];
  readonly browser?: Browser;
  /** The agent's. */
  readonly name?: string;
}

/** A signed-in agent on a protected site, after its first call. */
export async function signedIn(
  world: World,
  servers: ServerOptions = {},
  { sdk = 'v2', browser = world.shared, name }: SignedInOptions = {},
) {
  const { auth, mcp } = await world.servers(servers);
  const agent = await world.agent(name);
  await world.protect(agent, [auth, mcp], browser);
  const page = await openAgent(browser, agent);
  await signIn(page, { sdk, resource: mcp.resource });
  await call(page);
  return { auth, mcp, agent, browser, page };
}

export async function call(
  page: Page,
  tool = 'list_notes',
  input: Record<string, unknown> = {},
  account = 'a',
): Promise<unknown> {
  return page.evaluate(([name, given, who]) => window.agent.call(name, given, who), [tool, input, account] as const);
}

/** Puts aside what a server has seen until now: a test of a shared scene looks at its own requests. */
export function clearLog({ log }: { readonly log: readonly unknown[] }): void {
  (log as unknown[]).length = 0;
}

/** Refreshes that the authorization server granted. */
export const refreshesAt = ({ log }: AuthorizationServer): number =>
  log.filter(({ grantType, status }) => grantType === 'refresh_token' && status === 200).length;

/** The agent's token ends, so that its next call refreshes. */
export async function callAnew(page: Page, auth: AuthorizationServer, mcp: ResourceServer): Promise<void> {
  const before = refreshesAt(auth);
  mcp.endTokens();
  await call(page);
  expect(refreshesAt(auth)).toBe(before + 1);
}

/** Every request that presented a token was sender-constrained: DPoP, its own `jti`, the right `ath`; nothing on OPTIONS. */
export function expectBoundOnly({ log }: ResourceServer): void {
  const presented = log.filter(({ scheme }) => scheme !== undefined);
  expect(presented.length).toBeGreaterThan(0);
  expect(presented.map(({ scheme }) => scheme)).toEqual(presented.map(() => 'DPoP'));
  expect(presented.map(({ athOk }) => athOk)).toEqual(presented.map(() => true));
  const jtis = presented.map(({ proof }) => proof?.claims?.jti);
  expect(new Set(jtis).size).toBe(presented.length);
  expect(log.some(({ tokenOnOptions }) => tokenOnOptions)).toBe(false);
}

/** The sessions of the site that the popup stands over; the shared browser has others. */
export const sessionsIn = (popup: Page) => popup.getByRole('region', { name: 'Sessions on this site' });

/** Opens the dashboard's requests of the tab of a site, or the DevTools panel about it in a tab of its own. */
export async function openPanel(
  browser: Browser,
  site: string,
  page: 'dashboard/index.html#/requests' | 'devtools/panel.html' = 'dashboard/index.html#/requests',
): Promise<Page> {
  const { id, worker } = browser;
  const tab = await (await worker()).evaluate(
    async (url) => (await chrome.tabs.query({ url: `${url}/*` })).at(-1)?.id,
    site,
  );
  const panel = await newPage(browser);
  await panel.setViewportSize({ width: 1280, height: 560 });
  await panel.goto(`chrome-extension://${id}/src/ui/${page}?tab=${tab}`);
  await panel.getByRole('toolbar').waitFor();
  return panel;
}

/** Opens the popup's page over a site, as the popup shows it. */
export async function openPopup(browser: Browser, site?: string): Promise<Page> {
  const popup = await newPage(browser);
  await popup.setViewportSize({ width: 380, height: 600 });
  const query = site === undefined ? '' : `?site=${encodeURIComponent(site)}`;
  await popup.goto(`chrome-extension://${browser.id}/src/ui/popup/index.html${query}`);
  return popup;
}

/** Ends the extension's worker, as Chrome does when it idles. */
export async function stopWorker(browser: Browser): Promise<void> {
  const devtools = await browser.context.newCDPSession(await extensionPage(browser));
  await devtools.send('ServiceWorker.enable');
  await devtools.send('ServiceWorker.stopAllWorkers');
  await devtools.detach();
}
