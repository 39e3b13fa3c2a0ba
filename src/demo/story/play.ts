import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import type { BrowserContext, Page } from 'playwright';
import type { SdkVersion } from '../agent/settings.ts';
import type { Binding } from '../binding.ts';
import { launch, WITH_PANEL } from '../chromium.ts';
import protect from '../protect.mjs';
import { type Demo, startDemo } from '../start.ts';
import { playAct } from './act.ts';
import { drillLines } from './drill.ts';
import { type Kept, type Line, linesOf, NO_SESSION, type Verdict } from './line.ts';
import { openPopup, readState, readThumbprint, revokeInPopup } from './popup.ts';
import { StageDriver } from './stage.ts';

/** Plays both acts with one SDK against one pair of servers, in a browser and on servers of their own. */
export async function play(sdk: SdkVersion, binding: Binding): Promise<readonly Line[]> {
  const kept = binding === 'none' ? 'held' : 'bound';
  const demo = await startDemo({ ports: 'ephemeral', binding });
  const profile = await mkdtemp(join(tmpdir(), 'holdfast-'));
  const context = await launch({ profile, viewport: { width: 1440, height: 900 }, extensions: [WITH_PANEL] });
  try {
    const stage = new StageDriver(await context.newPage(), demo);
    await stage.open(sdk, 1);
    const bearer = await playAct(stage, demo, 'Packing list');
    if (!bearer.problem) await stage.signOut();

    await protect(context, { agent: demo.agent.origin, servers: [demo.auth.origin, demo.mcp.origin] });
    await stage.open(sdk, 2);
    const holdfast = await playAct(stage, demo, 'Train times');
    return [
      ...linesOf(bearer, holdfast, binding !== 'required', kept),
      ...(kept === 'bound' ? await drillLines(context, demo) : []),
      ...(await popupLines(context, stage, demo, kept)),
    ];
  } finally {
    await context.close();
    await demo.close();
    await rm(profile, { recursive: true, force: true });
  }
}

async function popupLines(
  context: BrowserContext,
  stage: StageDriver,
  demo: Demo,
  kept: Kept,
): Promise<readonly Line[]> {
  const popup = await openPopup(context, demo.agent.origin);
  const said = kept === 'bound' ? await boundInPopup(popup, demo) : await heldInPopup(popup);
  const before = await stage.readNote(1);
  await revokeInPopup(popup);
  const after = await stage.readNote(2);
  return [
    {
      tried: 'What the popup says',
      bearer: NO_SESSION,
      holdfast: said,
    },
    {
      tried: 'After all that, the agent reads a note',
      bearer: NO_SESSION,
      holdfast: { seen: before ?? 'works', asExpected: before === undefined },
    },
    {
      tried: 'Revoked in the popup, the agent reads a note',
      bearer: NO_SESSION,
      holdfast: { seen: after ?? 'STILL WORKS', asExpected: after !== undefined },
    },
  ];
}

async function boundInPopup(popup: Page, demo: Demo): Promise<Verdict> {
  const [state, thumbprint] = [await readState(popup), await readThumbprint(popup)];
  const { cnf } = decodeJwt<{ cnf?: { jkt?: string } }>(demo.auth.issued.accessTokens.at(-1) ?? '');
  const same = cnf?.jkt === thumbprint;
  return {
    seen: `${state}, to ${same ? 'the key that the server’s token names' : 'ANOTHER KEY than the server’s token names'}`,
    asExpected: state === 'Bound' && same,
  };
}

async function heldInPopup(popup: Page): Promise<Verdict> {
  const state = await readState(popup);
  return { seen: `${state}, to no key`, asExpected: state === 'Held' };
}
