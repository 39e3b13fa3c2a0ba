import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import Table from 'cli-table3';
import type { Binding } from '../src/demo/binding.ts';
import { EXTENSION } from '../src/demo/chromium.ts';
import globalSetup from './support/global-setup.ts';
import { manySessions, seed } from './support/many.ts';
import { watchStanding } from './support/standing.ts';
import { type Browser, connect, openAgent, SharedBrowser, signIn, startBrowser, World } from './support/world.ts';

/**
 * What Holdfast costs a request, measured in one run and interleaved, as ratios. *Bare* is the official client with its own
 * DPoP key in the page (where the session is held: with its own bearer token), without an extension; *floor* is the same
 * beside an extension whose one rule matches nothing.
 */
const ARMS = ['bare', 'floor', 'holdfast'] as const;
type Arm = (typeof ARMS)[number];

const ROUNDS = Number(process.env.ROUNDS ?? 40);
const PER_ROUND = 25;
const STANDING_CALLS = 40;

await globalSetup();
const folder = await mkdtemp(join(tmpdir(), 'holdfast-'));
/** As people have it. */
const start = (arm: Arm, extensions: string[]) => startBrowser({ profile: join(folder, arm), extensions, flags: [] });
const browsers = {
  bare: await start('bare', []),
  floor: await start('floor', [await doNothing(join(folder, 'nothing'))]),
  holdfast: await start('holdfast', [EXTENSION]),
} as const satisfies Record<Arm, Browser>;
const world = new World(new SharedBrowser(browsers.holdfast));
try {
  const { pages: heldPages } = await signedIn('held', 'none');
  await report('A call of a tool, its token held', await interleaved(heldPages, callTool));
  await reportStanding(heldPages.holdfast);
  for (const page of Object.values(heldPages)) await page.close();
  const { agent, mcp, pages } = await signedIn('bound', 'required');
  await report('A call of a tool', await interleaved(pages, callTool));
  await report('A request that is none of Holdfast’s', await interleaved(pages, fetchOwn));
  await seed(browsers.holdfast, manySessions(1_000));
  await pages.holdfast.goto(agent.origin);
  await connect(pages.holdfast, { sdk: 'v2', resource: mcp.resource });
  await report('A call of a tool, with 1,000 more sessions', await interleaved(pages, callTool));
} finally {
  await world.close();
  for (const { context } of Object.values(browsers)) await context.close();
  await rm(folder, { recursive: true, force: true });
}

/** An agent that is signed in in each browser. */
async function signedIn(name: string, binding: Binding) {
  // A page that does its own DPoP needs a server that lets it.
  const { auth, mcp } = await world.servers({ binding, mcp: { corsAllowsDpop: true } });
  const agent = await world.agent(name);
  await world.protect(agent, [auth, mcp]);
  const pages = {} as Record<Arm, Page>;
  for (const arm of ARMS) {
    pages[arm] = await openAgent(browsers[arm], agent);
    const ownDpop = arm !== 'holdfast' && binding !== 'none';
    await signIn(pages[arm], { sdk: 'v2', resource: mcp.resource, ownDpop });
  }
  return { agent, mcp, pages };
}

/** How long the rules with a held token stand for one call. */
async function reportStanding(page: Page): Promise<void> {
  const standing = await watchStanding(browsers.holdfast);
  for (let call = 0; call < STANDING_CALLS; call += 1) {
    await callTool(page, 1);
    await standing.over();
  }
  const times = await standing.times();
  const [median, most] = [quantile(times, 0.5), quantile(times, 1)];
  console.log(
    `\nA held token’s rules stood for ${median.toFixed(1)} ms (median), ${most.toFixed(1)} ms at most, ${times.length} times`,
  );
}

/** An extension whose one rule matches nothing: what any extension of this kind costs. */
async function doNothing(path: string): Promise<string> {
  await mkdir(path);
  const resources = [{ id: 'nothing', enabled: true, path: 'rules.json' }];
  const manifest = {
    ...{ manifest_version: 3, name: 'Nothing', version: '1' },
    ...{ permissions: ['declarativeNetRequest'], host_permissions: ['http://*/*'] },
    ...{ background: { service_worker: 'worker.js' }, declarative_net_request: { rule_resources: resources } },
  };
  const condition = { urlFilter: '|http://nothing.invalid/', resourceTypes: ['xmlhttprequest'] };
  const requestHeaders = [{ header: 'X-Nothing', operation: 'set', value: '1' }];
  const rules = [{ id: 1, condition, action: { type: 'modifyHeaders', requestHeaders } }];
  await writeFile(join(path, 'manifest.json'), JSON.stringify(manifest));
  await writeFile(join(path, 'rules.json'), JSON.stringify(rules));
  await writeFile(join(path, 'worker.js'), '');
  return path;
}

type Times = Record<Arm, number[][]>;

/** Each arm in turn, in an order that turns too: a machine that gets slower meanwhile does so for all. */
async function interleaved(pages: Record<Arm, Page>, run: (page: Page, count: number) => Promise<number[]>) {
  const times: Times = { bare: [], floor: [], holdfast: [] };
  for (const arm of ARMS) await run(pages[arm], PER_ROUND); // to warm up
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let turn = 0; turn < ARMS.length; turn += 1) {
      const arm = ARMS[(round + turn) % ARMS.length] ?? 'bare';
      times[arm].push(await run(pages[arm], PER_ROUND));
    }
  }
  return times;
}

/** Milliseconds for each call. */
function callTool(page: Page, count: number): Promise<number[]> {
  return page.evaluate(async (calls) => {
    const taken: number[] = [];
    for (let index = 0; index < calls; index += 1) {
      const begin = performance.now();
      await window.agent.call('list_notes');
      taken.push(performance.now() - begin);
    }
    return taken;
  }, count);
}

/** Milliseconds for each request of the page to its own site. */
function fetchOwn(page: Page, count: number): Promise<number[]> {
  return page.evaluate(async (calls) => {
    const taken: number[] = [];
    for (let index = 0; index < calls; index += 1) {
      const begin = performance.now();
      await (await fetch('/nothing', { cache: 'no-store' })).text();
      taken.push(performance.now() - begin);
    }
    return taken;
  }, count);
}

async function report(title: string, times: Times): Promise<void> {
  const table = new Table({ head: ['', 'median ms', '90 % ms', '× floor', 'quartiles of rounds'] });
  for (const arm of ARMS) {
    const all = times[arm].flat();
    const ratios = times[arm].map((round, index) => quantile(round, 0.5) / quantile(times.floor[index] ?? [], 0.5));
    table.push([
      arm,
      quantile(all, 0.5).toFixed(2),
      quantile(all, 0.9).toFixed(2),
      (quantile(all, 0.5) / quantile(times.floor.flat(), 0.5)).toFixed(3),
      `${quantile(ratios, 0.25).toFixed(3)} to ${quantile(ratios, 0.75).toFixed(3)}`,
    ]);
  }
  console.log(`\n${title} (${ROUNDS} rounds of ${PER_ROUND})\n${table}`);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
}
