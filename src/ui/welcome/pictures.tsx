import { markOf, outline } from '../mark.ts';

/** The key of the pictures. */
const THUMBPRINT = 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs';
const MARK = markOf(THUMBPRINT);

/** A page holds a token, a thief has copied it, and the server lets both in. */
export function RiskPicture() {
  return (
    <svg class="picture" viewBox="0 0 280 168" aria-hidden="true">
      <path class="way" d="M112 62H190" />
      <path class="way way-wrong" d="M136 131C176 128 176 84 202 76" />
      <path class="way way-copy" d="M56 98V110" />
      <Page x={16} y={24} />
      <Ticket x={40} y={54} />
      <Thief x={36} y={112} />
      <Ticket x={88} y={120} />
      <Server x={194} y={34} />
      <g class="sign sign-wrong" transform="translate(218 62)">
        <path d="M-8 -1v-5a8 8 0 0 1 15-4M-11 -1h22v15h-22z" />
      </g>
    </svg>
  );
}

/** The page holds a handle, the key is Holdfast's, and the thief's copy is refused. */
export function BoundPicture() {
  return (
    <svg class="picture" viewBox="0 0 280 168" aria-hidden="true">
      <path class="way way-right" d="M112 62H190" />
      <path class="way way-refused" d="M136 130C150 130 160 122 166 114" />
      <path class="cross" d="M166 104l12 12M178 104l-12 12" />
      <path class="way way-copy" d="M56 98V110" />
      <Page x={16} y={24} />
      <Handle x={40} y={54} />
      <g transform="translate(134 44)">
        <rect class="plate" width="36" height="36" rx="8" style={`--hue:${MARK.hue}`} />
        <g class="mark-drawing" transform="translate(5 5) scale(6.5)" style={`--hue:${MARK.hue}`}>
          <path class="mark-soft" d={outline(MARK, 'soft')} />
          <path class="mark-strong" d={outline(MARK, 'strong')} />
        </g>
      </g>
      <Thief x={36} y={112} />
      <Handle x={88} y={120} />
      <Server x={194} y={34} />
      <g class="sign sign-right" transform="translate(218 62)">
        <path d="M-8 -1v-4a8 8 0 0 1 16 0v4M-11 -1h22v15h-22z" />
      </g>
    </svg>
  );
}

/** The popup, and its one button. */
export function BeginPicture() {
  return (
    <svg class="picture" viewBox="0 0 280 168" aria-hidden="true">
      <rect class="sheet" x="64" y="20" width="152" height="132" rx="8" />
      <image href="/icons/icon.svg" x="76" y="30" width="14" height="14" />
      <path class="text strong" d="M98 37h34" />
      <path class="hairline" d="M64 53h152" />
      <path class="text strong" d="M76 68h58" />
      <path class="text" d="M76 82h120M76 92h92" />
      <rect class="button" x="76" y="106" width="128" height="24" rx="6" />
      <path class="text on-button" d="M112 118h56" />
      <path class="pointer" d="M176 122l5 20 5-7 9-1z" />
    </svg>
  );
}

interface Place {
  readonly x: number;
  readonly y: number;
}

function Page({ x, y }: Place) {
  return (
    <g transform={`translate(${x} ${y})`}>
      <rect class="sheet" width="96" height="72" rx="8" />
      <path class="hairline" d="M0 16h96" />
      <path class="dots" d="M9 8h.1M17 8h.1M25 8h.1" />
      <path class="text" d="M24 64h48" />
    </g>
  );
}

function Server({ x, y }: Place) {
  return (
    <g transform={`translate(${x} ${y})`}>
      <rect class="sheet" width="64" height="88" rx="8" />
      <path class="hairline" d="M0 60h64" />
      <path class="dots" d="M12 74h.1" />
      <path class="text" d="M22 74h30" />
    </g>
  );
}

/** A bearer token: it admits whoever has it. */
function Ticket({ x, y }: Place) {
  return (
    <path
      class="ticket"
      transform={`translate(${x} ${y})`}
      d="M4 0h40a4 4 0 0 1 4 4v3a4 4 0 0 0 0 8v3a4 4 0 0 1-4 4H4a4 4 0 0 1-4-4v-3a4 4 0 0 0 0-8V4a4 4 0 0 1 4-4z"
    />
  );
}

function Handle({ x, y }: Place) {
  return (
    <g transform={`translate(${x} ${y})`}>
      <rect class="handle" width="48" height="20" rx="6" />
      <path class="dots" d="M12 10h.1M20 10h.1M28 10h.1M36 10h.1" />
    </g>
  );
}

function Thief({ x, y }: Place) {
  return (
    <g transform={`translate(${x} ${y})`}>
      <path class="thief" d="M0 40c0-11 8-15 20-15s20 4 20 15zM20 22a10 10 0 1 0 0-20 10 10 0 0 0 0 20z" />
      <path class="mask" d="M9 8h22v4c0 3-2 4-5 4s-4-2-6-2-3 2-6 2-5-1-5-4z" />
      <path class="eyes" d="M15 11.5h.1M25 11.5h.1" />
    </g>
  );
}
