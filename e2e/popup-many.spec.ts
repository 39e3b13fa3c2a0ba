import { manySessions, seed, thumbprintOf } from './support/many.ts';
import { type Browser, expect, openPopup, test } from './support/world.ts';

const SITE = 'https://agent.example';
const OTHERS = ['https://desk.example', 'https://folio.example'];
/** How much longer the popup of a thousand sessions may take than that of one, from opening to what is seen first. */
const MOST = 1.5;
const OPENINGS = { least: 4, most: 25 };

test('a thousand sessions are seen as soon as one, nearly, and all are there a moment later', async ({ world }) => {
  const few = await world.browser();
  await seed(few, manySessions(1, { agents: [SITE] }));
  const many = await world.fresh();
  await seed(many, manySessions(1_000, { agents: [SITE, SITE, ...OTHERS] }));
  const cold = { few: await drawn(few), many: await drawn(many) };
  const warm = { few: [] as number[], many: [] as number[] };
  // Whatever else this machine does adds to a time, and takes nothing from it. They take turns: it disturbs both alike.
  const ratio = () => Math.min(...warm.many) / Math.min(...warm.few);
  while (warm.many.length < OPENINGS.least || (ratio() > MOST && warm.many.length < OPENINGS.most)) {
    warm.few.push(await drawn(few));
    warm.many.push(await drawn(many));
  }
  const rounded = (times: readonly number[]) => times.map((time) => time.toFixed(0)).join(' ');
  console.log(`popup with 1,000 sessions: ${rounded(warm.many)} ms; with one: ${rounded(warm.few)} ms`);
  console.log(`the first time: ${rounded([cold.many])} ms and ${rounded([cold.few])} ms`);
  expect(ratio()).toBeLessThanOrEqual(MOST);

  const popup = await openPopup(many, SITE);
  await expect(popup.getByText('500 sessions on other sites')).toBeVisible();
  await popup.getByRole('searchbox').fill(thumbprintOf(999));
  await expect(popup.getByRole('article')).toHaveCount(1);
});

/** From the opening of the popup to the first frame with a session, in milliseconds. */
async function drawn({ context, id }: Browser): Promise<number> {
  const popup = await context.newPage();
  await popup.setViewportSize({ width: 380, height: 600 });
  await popup.addInitScript(() => {
    const observer = new MutationObserver(() => {
      if (!document.querySelector('article')) return;
      observer.disconnect();
      const channel = new MessageChannel();
      channel.port1.onmessage = () => performance.mark('drawn');
      // The task after a frame's own work: what was drawn is on its way to the screen.
      requestAnimationFrame(() => channel.port2.postMessage(undefined));
    });
    observer.observe(document, { childList: true, subtree: true });
  });
  await popup.goto(`chrome-extension://${id}/src/ui/popup/index.html?site=${encodeURIComponent(SITE)}`);
  const mark = await popup.waitForFunction(() => performance.getEntriesByName('drawn')[0]?.startTime);
  const time = (await mark.jsonValue()) as number;
  await popup.close();
  return time;
}
