import type { InspectedRequest } from '../../messages/inspection.ts';

/** A proof that was ready longer before the request did not hold it up, in milliseconds. */
const ON_PATH = 5;

/** Where the time of a request went, in milliseconds. */
export interface Timing {
  /** How long the request waited for its proof; 0 when that had been made ahead. */
  readonly holdfast: number;
  /** From the request to the beginning of its answer: the network and the server. */
  readonly server: number;
  /** From there to its end. */
  readonly download: number;
}

/** Undefined until the request has been answered or broken off. The proof of a repetition is never made ahead. */
export function timingOf({ at, made, isRetry, answer, endedAt }: InspectedRequest): Timing | undefined {
  const answered = answer?.at ?? endedAt;
  if (answered === undefined) return undefined;
  return {
    holdfast: made && (isRetry || made.ahead < ON_PATH) ? made.took : 0,
    server: Math.max(0, answered - at),
    download: Math.max(0, (endedAt ?? answered) - answered),
  };
}

export const total = ({ holdfast, server, download }: Timing): number => holdfast + server + download;
