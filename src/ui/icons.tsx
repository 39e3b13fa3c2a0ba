const SHIELD = 'M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6z';
const KEY = 'M7 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM11 12h10M18 12v3';
const LOCK = 'M5 11h14v10H5zM12 15v2';
const ROUND = 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z';

/** Drawings by the side of their grid, as SVG paths. */
const DRAWINGS = {
  8: {
    ascending: 'M1 6h6L4 2z',
    descending: 'M1 2h6L4 6z',
  },
  12: {
    chevron: 'M3 4.5l3 3 3-3',
  },
  16: {
    check: 'M3 8.5l3 3 7-7',
    cross: 'M4 4l8 8M12 4l-8 8',
    dash: 'M4 8h8',
    dots: 'M1.6 8a1.4 1.4 0 1 0 2.8 0 1.4 1.4 0 1 0-2.8 0zM6.6 8a1.4 1.4 0 1 0 2.8 0 1.4 1.4 0 1 0-2.8 0zM11.6 8a1.4 1.4 0 1 0 2.8 0 1.4 1.4 0 1 0-2.8 0z',
    elsewhere: 'M9.5 2.5h4v4M13.5 2.5l-5 5M6.5 13.5h-4v-4M2.5 13.5l5-5',
    exchange: 'M3 5.5h8l-2-2M13 10.5H5l2 2',
    help: 'M1.5 8a6.5 6.5 0 1 0 13 0 6.5 6.5 0 1 0-13 0zM6.2 6.3a1.8 1.8 0 1 1 2.7 1.6c-.6.3-.9.7-.9 1.3M8 11.3v.1',
    question: 'M6 6a2 2 0 1 1 2 2v1.5M8 12v.1',
    smallBox: 'M2.5 6h11v7.5h-11zM2.5 6L4 3h8l1.5 3M6.5 9h3',
    smallClock: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM8 5.5V8l2 1.5',
    smallKey: 'M6 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM9 8h5.5M12.5 8v2.5',
    smallShield: 'M8 2l5 2v4c0 3.5-2.2 5.2-5 6.3C5.2 13.2 3 11.5 3 8V4z',
    warning: 'M8 2.5L14.5 13.5H1.5zM8 6.5v3.5M8 12v.1',
  },
  24: {
    background: 'M4 4h16v16H4zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM7 20v1.5M17 20v1.5M12 9V7.5M12 16.5V15',
    box: 'M4 9h16v11H4zM4 9l2-4h12l2 4M10 13h4',
    brokenKey: 'M8 15a4 4 0 1 1 0-6M11 12h1M16 12h5M19 12v3M13 8l3-3M13 16l3 3',
    clock: `${ROUND}M12 7v5l3 3`,
    damagedFile: 'M6 3h8l4 4v14H6zM14 3v4h4M9 12l6 6M15 12l-6 6',
    forbidden: `${ROUND}M6 6l12 12`,
    keyInBox: 'M4 9h16v11H4zM4 9l2-4h12l2 4M8.5 12.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM10.5 14.5H16M14.5 14.5v1.5',
    key: `${KEY}M21 12v3`,
    locked: 'M8 11V7a4 4 0 0 1 8 0v4M12 10a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM9.5 16h5',
    openShackle: `M7 11V7a5 5 0 0 1 9.6-2${LOCK}`,
    page: 'M4 4h16v16H4zM4 8.5h16M9.5 12.5L7 15l2.5 2.5M14.5 12.5L17 15l-2.5 2.5',
    server: 'M4 5h16v6H4zM4 13h16v6H4zM7 8h.1M7 16h.1',
    shackle: `M7 11V8a5 5 0 0 1 10 0v3${LOCK}`,
    shield: SHIELD,
    shieldCheck: `${SHIELD}M9 12l2 2 4-4`,
    shieldCross: `${SHIELD}M9.5 9.5l5 5M14.5 9.5l-5 5`,
    shieldQuestion: `${SHIELD}M10 10a2 2 0 1 1 2 2v1M12 16v.1`,
    struckKey: `${KEY}M4 20L20 4`,
    window: 'M3 5h18v14H3zM3 9h18M6 7h.1M8.5 7h.1',
  },
} as const;

type Drawings = typeof DRAWINGS;
export type IconName = { [Side in keyof Drawings]: keyof Drawings[Side] }[keyof Drawings];

const ICONS = new Map(
  Object.entries(DRAWINGS).flatMap(([side, drawings]) =>
    Object.entries(drawings).map(([name, path]) => [name, { side, path }] as const),
  ),
);

interface Props {
  readonly name: IconName;
  readonly look?: string;
  /** What it says; left out where a word beside it says so. */
  readonly label?: string;
}

/** A drawing, in the size and the colour of where it stands. */
export function Icon({ name, look, label }: Props) {
  const { side, path } = ICONS.get(name) ?? {};
  const grid = `0 0 ${side} ${side}`;
  if (label === undefined) {
    return (
      <svg class={look} viewBox={grid} aria-hidden="true">
        <path d={path} />
      </svg>
    );
  }
  return (
    <svg class={look} viewBox={grid} role="img" aria-label={label}>
      <title>{label}</title>
      <path d={path} />
    </svg>
  );
}
