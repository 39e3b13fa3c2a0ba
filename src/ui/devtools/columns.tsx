import { signal } from '@preact/signals';
import type { InspectedRequest } from '../../messages/inspection.ts';
import { bindingOf } from '../../messages/ui.ts';
import { Mark } from '../labels/mark.tsx';
import { shorten } from '../names.ts';
import { sessionWith } from '../state.ts';
import type { TableColumn } from '../table/column.ts';
import { duration, offset, say } from '../words.ts';
import { fits, kindOf } from './kind.ts';
import { KIND_WORDS, PRESENTS_WORDS } from './request-words.ts';
import { selected } from './requests.ts';
import { type Timing, timingOf, total } from './timing.ts';

const NARROWEST = 48;
const WIDEST = 900;

/** How wide the columns are, in CSS pixels. The last takes what is left. */
export const widths = signal<readonly number[]>([76, 210, 140, 170, 150, 160, 200]);

/** Makes a column wider. @param by CSS pixels; less than zero makes it narrower */
export function resize(index: number, by: number): void {
  widths.value = widths.value.map((width, at) =>
    at === index ? Math.min(WIDEST, Math.max(NARROWEST, Math.round(width + by))) : width,
  );
}

type Id =
  | 'columnTime'
  | 'columnRequest'
  | 'columnStatus'
  | 'columnDuration'
  | 'columnSession'
  | 'columnProof'
  | 'columnResource';

/**
 * What is said of each request.
 *
 * @param begin when the first began, in milliseconds since the epoch
 * @param longest the longest duration, in milliseconds
 */
export function columnsFor(begin: number, longest: number): readonly TableColumn<InspectedRequest, Id>[] {
  return [
    column('columnTime', ({ at }) => offset(at - begin)),
    column('columnRequest', (request) => <Request request={request} />),
    column('columnStatus', (request) => <Status request={request} />),
    column('columnDuration', (request) => <Duration timing={timingOf(request)} longest={longest} />),
    column('columnSession', ({ session }) => <Session id={session} />),
    column('columnProof', (request) => <Proof request={request} />),
    column('columnResource', ({ url }) => shortUrl(url)),
  ];
}

function column(id: Id, cell: TableColumn<InspectedRequest, Id>['cell']): TableColumn<InspectedRequest, Id> {
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
      <b>{rpc?.method ?? method}</b>
      {rpc?.name !== undefined && <code> {rpc.name}</code>}
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
  if (!binding) return null;
  const { thumbprint } = binding;
  return (
    <>
      <Mark thumbprint={thumbprint} /> <code>{shorten(thumbprint)}</code>
    </>
  );
}

function Proof({ request }: { readonly request: InspectedRequest }) {
  const isUnfit = fits(request) === false;
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
