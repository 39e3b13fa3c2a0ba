import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from 'playwright';
import { launch, WITH_PANEL } from '../chromium.ts';
import { pinIcon } from '../pinned-icon.ts';
import protect from '../protect.mjs';
import { type Demo, startDemo } from '../start.ts';
import type { Attempt } from '../theft/attempt.ts';
import { type ActOutcome, playAct } from './act.ts';
import { lendHoldfast, openDrill, runDrill } from './drill.ts';
import { openPopup, readState, readThumbprint } from './popup.ts';
import { StageDriver } from './stage.ts';

const PICTURES = fileURLToPath(new URL('../../../.demo/walk-through', import.meta.url));

/**
 * Starts the servers and a Chromium with Holdfast on a fresh profile, and leaves the stage to the person. Where there is
 * no display, it walks through both acts by itself, says what happens, and leaves the servers up.
 *
 * @returns when the person has closed the browser or stopped the command
 */
export async function show(): Promise<void> {
  const demo = await startDemo();
  const profile = await mkdtemp(join(tmpdir(), 'holdfast-'));
  const headless = !hasDisplay();
  await pinIcon(profile, WITH_PANEL);
  const viewport = headless ? { width: 1440, height: 900 } : null;
  const context = await launch({ profile, headless, viewport, extensions: [WITH_PANEL] });
  const stopped = untilStopped(context, headless);
  await lendHoldfast(context);
  try {
    printAddresses(demo);
    if (headless) {
      await walkThrough(context, demo);
    } else {
      const [page = await context.newPage()] = context.pages();
      await page.goto(`${demo.agent.origin}/?act=1`);
      print(PROGRAM);
    }
    await stopped;
  } finally {
    await context.close();
    await demo.close();
    await rm(profile, { recursive: true, force: true });
  }
}

const PROGRAM = `
Act 1, without protection
  1  Sign in     in the notebook on the left. Any name will do.
  2  Steal it    in the middle: what script in the page can read goes to the thief.
  3  Try it      on the right: the thief is in.

Act 2, with Holdfast
  1  Sign out    What act 1 has left is worthless then.
  2  Protect     Click the Holdfast icon, a grey lock in the toolbar, then Protect this site. Chrome asks: Allow.
  3  Reload      the page: protection begins when it loads.
  4  Sign in     The first time, Holdfast asks for the two servers: Allow.
  5  Steal it    The same click. The page has handles, no token.
  6  Try it      Refused, in the servers' own words.
     The popup shows the session, its key and its proofs.
     Then choose the servers that know bearer tokens alone, and do the same: the session is held, and the thief is refused too.

Act 3, the drill
  1  Dashboard   Its button on the stage opens it. Choose the session of this site.
  2  Drill       Run the drill: Holdfast plays the thief, and shows each of the server's answers.
  3  Weaken      Tick one of the shortcuts that real servers take, and run it again.
     For developers: DevTools (F12) on the stage has a panel "MCP sessions".

Without a sign-in
     Sign out, and use the API key above instead: it lies in the page, for every script in it. Then choose Keep a key… in the popup,
     sign out once more, and paste the handle in the key's place.

Close the browser, or press Ctrl-C, to end.`;

function printAddresses({ agent, thief, mcp, auth, bearerOnly, apiKey }: Demo): void {
  const rows = {
    Stage: agent.origin,
    Thief: thief.origin,
    'MCP server': mcp.resource,
    'Bearer only': bearerOnly.mcp.resource,
    'Authorization server': auth.issuer,
    'API key': apiKey,
  };
  print('');
  for (const [name, address] of Object.entries(rows)) print(`${name.padEnd(22)}${address}`);
}

async function walkThrough(context: BrowserContext, demo: Demo): Promise<void> {
  await mkdir(PICTURES, { recursive: true });
  const picture = async (page: Page, name: string) => {
    const path = join(PICTURES, `${name}.png`);
    await page.screenshot({ path });
    print(`     (${relative(process.cwd(), path)})`);
  };
  const stage = new StageDriver(await context.newPage(), demo);

  print('\nThere is no display, so here is what happens.\n\nAct 1, without protection');
  await stage.open('v2', 1);
  const bearer = await playAct(stage, demo, 'Packing list');
  print(`  1  Sign in     Ada's notebook opens; ${presented(bearer)} requests left with a bearer token.`);
  print(`  2  Steal it    Script in the page reads ${bearer.readableTokens} real tokens.`);
  printAttempts(bearer.attempts);
  await picture(stage.page, 'act-1');
  await stage.signOut();

  print('\nAct 2, with Holdfast');
  await protect(context, { agent: demo.agent.origin, servers: [demo.auth.origin, demo.mcp.origin] });
  await stage.open('v2', 2);
  const holdfast = await playAct(stage, demo, 'Train times');
  print(`  1  Sign in     The same notebook; ${presented(holdfast)} requests left with DPoP, each with its own proof.`);
  print(`  2  Steal it    Script in the page reads ${holdfast.readableHandles} handles and no token.`);
  printAttempts(holdfast.attempts);
  await picture(stage.page, 'act-2');

  const popup = await openPopup(context, demo.agent.origin);
  await picture(popup, 'popup');
  print(`     The popup says: ${await readState(popup)}, key ${await readThumbprint(popup)}.`);

  print('\nAct 3, the drill');
  const drill = await openDrill(context, demo.agent.origin);
  await drill.setViewportSize({ width: 1440, height: 900 });
  print(`  1  As it is    ${await runDrill(drill)}`);
  await picture(drill, 'drill');
  demo.weak.add('otherKey');
  print(`  2  Weakened    It no longer compares keys: ${await runDrill(drill)}`);
  await picture(drill, 'drill-weak');
  demo.weak.clear();
  await stage.open('v2', 3);
  await picture(stage.page, 'act-3');
  await picture(await stage.openDashboard(), 'dashboard');
  print('\nThe servers stay up: open the stage in a browser of your own. Ctrl-C ends it.');
}

function presented({ requests }: ActOutcome): number {
  return requests.filter(({ scheme }) => scheme).length;
}

function printAttempts(attempts: readonly Attempt[]): void {
  for (const [index, { notes, server, status, error, description }] of attempts.entries()) {
    const result = notes
      ? `Got in: reads ${notes.length} notes, ${notes.filter(({ isPrivate }) => isPrivate).length} of them private.`
      : `Refused by ${server}: ${[status, error].filter(Boolean).join(' ')}${description ? `, “${description}”` : ''}`;
    print(`  ${index === 0 ? '3  Try it    ' : '             '}  ${result}`);
  }
}

function hasDisplay(): boolean {
  if (process.platform === 'darwin' || process.platform === 'win32') return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

function untilStopped(context: BrowserContext, headless: boolean): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
    if (!headless) context.once('close', () => resolve());
  });
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
