import type { InspectedRequest, Presents } from '../../messages/inspection.ts';
import { Mark } from '../labels/mark.tsx';
import { shorten } from '../names.ts';
import { sessionWith } from '../state.ts';
import { duration, offset, say } from '../words.ts';
import { fits, kindOf } from './kind.ts';
import { selected } from './requests.ts';
import { type Timing, timingOf, total } from './timing.ts';
import { KIND_WORDS } from './toolbar.tsx';

export const PRESENTS_WORDS = {
  bound: 'presentsBound',
  ownKey: 'presentsOwnKey',
  bearer: 'presentsBearer',
  unproved: 'presentsUnproved',
  nothing: 'presentsNothing',
} as const satisfies Record<Presents, string>;

interface Props {
  readonly request: InspectedRequest;
  readonly index: number;
  /** Where the row stands, in CSS pixels. */
  readonly top: number;
  /** When the first request began, in milliseconds since the epoch. */
  readonly begin: number;
  /** The longest duration in sight, in milliseconds. */
  readonly longest: number;
}

export function RequestRow({ request, index, top, begin, longest }: Props) {
  const { id, at, method, url, rpc, answer, presents } = request;
  const kind = kindOf(request);
  const timing = timingOf(request);
  const isSelected = selected.value === id;
  return (
    <tr
      id={`request-${id}`}
      class={`panel-row kind-${kind}`}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      style={`top:${top}px`}
      onClick={() => {
        selected.value = id;
      }}
    >
      <td>{offset(at - begin)}</td>
      <td>
        <b>{rpc?.method ?? method}</b>
        {rpc?.name !== undefined && <code> {rpc.name}</code>}
      </td>
      <td>
        <span class={`kind kind-${kind}`}>
          {answer?.status ?? ''} {say(KIND_WORDS[kind])}
        </span>
      </td>
      <td>
        {timing && <Bar timing={timing} longest={longest} />}
        {timing && duration(total(timing))}
      </td>
      <td>
        <Session id={request.session} />
      </td>
      <td>
        <span class={fits(request) === false ? 'refused' : undefined}>
          {say(fits(request) === false ? 'proofUnfit' : PRESENTS_WORDS[presents])}
        </span>
      </td>
      <td>{shortUrl(url)}</td>
    </tr>
  );
}

function Session({ id }: { readonly id: string | undefined }) {
  const session = sessionWith(id);
  if (!session || !('binding' in session)) return null;
  const { thumbprint } = session.binding;
  return (
    <>
      <Mark thumbprint={thumbprint} /> <code>{shorten(thumbprint)}</code>
    </>
  );
}

/** Holdfast's part of a request, the server's, and the rest of the answer, to one scale. */
function Bar({ timing, longest }: { readonly timing: Timing; readonly longest: number }) {
  const part = (length: number) => `width:${(100 * length) / longest}%`;
  return (
    <span
      class="panel-bar"
      role="img"
      aria-label={say('timingParts', duration(timing.holdfast), duration(timing.server))}
    >
      <i class="bar-holdfast" style={part(timing.holdfast)} />
      <i class="bar-server" style={part(timing.server)} />
      <i class="bar-download" style={part(timing.download)} />
    </span>
  );
}

function shortUrl(url: string): string {
  const { host, pathname, search } = new URL(url);
  return host + pathname + search;
}
