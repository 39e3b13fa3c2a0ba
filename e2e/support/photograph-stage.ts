import { join } from 'node:path';
import protect from '../../src/demo/protect.mjs';
import { startDemo } from '../../src/demo/start.ts';
import { openDrill, runDrill } from '../../src/demo/story/drill.ts';
import { StageDriver } from '../../src/demo/story/stage.ts';
import { Film } from './film.ts';
import type { Browser } from './world.ts';

/** How long a step is looked at, and how long its result is read. */
const [STEP_MS, RESULT_MS] = [1_500, 3_500];
/** As the store wants its pictures. */
const SIZE = { width: 1280, height: 800 };

/** The demo's acts as pictures and, from the theft to its failure, as a film. */
export async function photographStage({ context }: Browser, folder: string): Promise<void> {
  const demo = await startDemo();
  try {
    const page = await context.newPage();
    const stage = new StageDriver(page, demo);
    const film = new Film(page);
    const picture = (name: string) => page.screenshot({ path: join(folder, `${name}.png`) });
    const robbed = async (act: 1 | 2, note: string): Promise<void> => {
      await stage.open('v2', act);
      await film.shoot(STEP_MS);
      await stage.signIn();
      await stage.work(note);
      await film.shoot(STEP_MS);
      await stage.steal();
      await film.shoot(STEP_MS);
      await stage.tryOut();
      await film.shoot(RESULT_MS);
      await picture(`stage-act-${act}`);
    };
    await page.setViewportSize(SIZE);
    await robbed(1, 'Packing list');
    await stage.signOut();
    await protect(context, { agent: demo.agent.origin, servers: [demo.auth.origin, demo.mcp.origin] });
    await robbed(2, 'Train times');
    await film.save(join(folder, 'theft.gif'));

    const drill = await openDrill(context, demo.agent.origin);
    await runDrill(drill);
    demo.weak.add('otherKey');
    await runDrill(drill);
    await drill.setViewportSize({ width: 1280, height: 760 });
    await drill.screenshot({ path: join(folder, 'drill-weak.png') });
    demo.weak.clear();
    await drill.close();
    await stage.open('v2', 3);
    await page.getByText('server/discover').first().waitFor();
    await picture('stage-act-3');
  } finally {
    await demo.close();
  }
}
