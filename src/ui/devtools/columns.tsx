import { signal } from '@preact/signals';
import type { InspectedRequest } from '../../messages/inspection.ts';
import { bindingOf } from '../../messages/ui.ts';
import { Address } from '../labels/address.tsx';
import { Mark } from '../labels/mark.tsx';
import { shorten, visible } from '../names.ts';
import { sessionWith } from '../state.ts';
import type { TableColumn } from '../table/column.ts';
import { duration, offset, say } from '../words.ts';
import { fits, kindOf } from './kind.ts';
import { KIND_WORDS, PRESENTS_WORDS } from './request-words.ts';
import { selected } from './requests.ts';
import { type Timing, timingOf, total } from './timing.ts';

const NARROWEST = 48;
const WIDEST = 900;

/** How wide the columns are at first, in CSS pixels. */
const WIDTHS = {
  columnTime: 76,
  columnRequest: 210,
  columnStatus: 140,
  columnDuration: 170,
  columnSession: 150,
  columnProof: 160,
  columnResource: 200,
} as const;

type Id = keyof typeof WIDTHS;
type Column = TableColumn<InspectedRequest, Id>;

/** How wide the columns are, in CSS pixels. The last that is shown takes what is left. */
export const widths = signal<Readonly<Record<Id, number>>>(WIDTHS);

/** Makes a column wider. @param by CSS pixels; less than zero makes it narrower */
export function resize(id: Id, by: number): void {
  const width = Math.min(WIDEST, Math.max(NARROWEST, Math.round(widths.value[id] + by)));
  widths.value = { ...widths.value, [id]: width };
}

/** What a narrow panel leaves out, in this order: the request's own view says it as well. */
const LEFT_OUT: readonly Id[] = ['columnTime', 'columnDuration', 'columnResource', 'columnSession'];

/** The columns for which there is room, by the widths that they have at first. @param room in CSS pixels */
export function fitting(columns: readonly Column[], room: number): readonly Column[] {
  return LEFT_OUT.reduce<readonly Column[]>((left, wanted) => {
    const needed = left.reduce((sum, { id }) => sum + WIDTHS[id], 0);
    return needed > room ? left.filter(({ id }) => id !== wanted) : left;
  }, columns);
}

/**
 * What is said of each request.
 *
 * @param begin when the first began, in milliseconds since the epoch
 * @param longest the longest duration, in milliseconds
 */
export function columnsFor(begin: number, longest: number): readonly Column[] {
  return [
    column('columnTime', ({ at }) => offset(at - begin)),
    column('columnRequest', (request) => <Request request={request} />),
    column('columnStatus', (request) => <Status request={request} />),
    column('columnDuration', (request) => <Duration timing={timingOf(request)} longest={longest} />),
    column('columnSession', ({ session }) => <Session id={session} />),
    column('columnProof', (request) => <Proof request={request} />),
    column('columnResource', ({ url }) => <Address name={shortUrl(url)} />),
  ];
}

function column(id: Id, cell: Column['cell']): Column {
  const name = say(id);
  return { id, name, widthLabel: say('panelResize', name), cell };
}

function Request({ request: { id, method, rpc } }: { readonly request: InspectedRequest }) {
  return (
    <button
      type="button"
      class="opens"
      onClick={() => {
        selected.value = id;
      }}
    >
      <b>{visible(rpc?.method ?? method)}</b>
      {rpc?.name !== undefined && <code> {visible(rpc.name)}</code>}
    </button>
  );
}

function Status({ request }: { readonly request: InspectedRequest }) {
  const kind = kindOf(request);
  return (
    <span class={`kind kind-${kind}`}>
      {request.answer?.status ?? ''} {say(KIND_WORDS[kind])}
    </span>
  );
}

/** Holdfast's part of a request, the server's, and the rest of the answer, to one scale. */
function Duration({ timing, longest }: { readonly timing: Timing | undefined; readonly longest: number }) {
  if (!timing) return null;
  const part = (length: number) => `width:${(100 * length) / longest}%`;
  return (
    <>
      <span
        class="panel-bar"
        role="img"
        aria-label={say('timingParts', duration(timing.holdfast), duration(timing.server))}
      >
        <i class="bar-holdfast" style={part(timing.holdfast)} />
        <i class="bar-server" style={part(timing.server)} />
        <i class="bar-download" style={part(timing.download)} />
      </span>
      {duration(total(timing))}
    </>
  );
}

function Session({ id }: { readonly id: string | undefined }) {
  const session = sessionWith(id);
  const binding = session && bindingOf(session);
  if (session?.state === 'held') return say('stateHeld');
  if (session?.state === 'given') return say('stateGiven');
  if (!binding) return null;
  const { thumbprint } = binding;
  return (
    <>
      <Mark thumbprint={thumbprint} /> <code>{shorten(thumbprint)}</code>
    </>
  );
}

function Proof({ request }: { readonly request: InspectedRequest }) {
  // The drill's proofs are forged.
  const isUnfit = request.presents !== 'drill' && fits(request) === false;
  return (
    <span class={isUnfit ? 'refused' : undefined}>
      {say(isUnfit ? 'proofUnfit' : PRESENTS_WORDS[request.presents])}
    </span>
  );
}

function shortUrl(url: string): string {
  const { host, pathname, search } = new URL(url);
  return host + pathname + search;
}
