import { RECENT_MINUTES } from '../../model/quotas.ts';
import { minute } from '../state.ts';
import { count } from '../words.ts';

const HEIGHT = 12;
/** A bar and the gap after it. */
const STEP = 2;
const BAR = 1.5;

type Recent = readonly (readonly [minute: number, count: number])[];

/** How many proofs left in each of the latest minutes, the newest on the right. */
export function Sparkline({ recent }: { readonly recent: Recent }) {
  const oldest = minute.value - RECENT_MINUTES + 1;
  const shown = recent.filter(([at]) => at >= oldest && at <= minute.value);
  if (shown.length === 0) return null;
  const highest = Math.max(...shown.map(([, proofs]) => proofs));
  const total = shown.reduce((sum, [, proofs]) => sum + proofs, 0);
  const bars = shown.map(([at, proofs]) => {
    const height = Math.max(1, (proofs / highest) * HEIGHT);
    return `M${(at - oldest) * STEP} ${HEIGHT}v${-height}h${BAR}v${height}z`;
  });
  const words = count('recentProofs', total);
  return (
    <svg class="sparkline" viewBox={`0 0 ${RECENT_MINUTES * STEP} ${HEIGHT}`} role="img" aria-label={words}>
      <title>{words}</title>
      <path class="sparkline-ground" d={`M0 ${HEIGHT - 0.25}h${RECENT_MINUTES * STEP}`} />
      <path d={bars.join('')} />
    </svg>
  );
}
