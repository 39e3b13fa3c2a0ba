import type { InspectedRequest } from '../../messages/inspection.ts';

/** What came of a request: the row's colour, with a word and a drawing. */
export const KINDS = ['served', 'challenge', 'refused', 'failed', 'pending'] as const;
export type Kind = (typeof KINDS)[number];

export function kindOf({ answer, endedAt }: InspectedRequest): Kind {
  if (!answer) return endedAt === undefined ? 'pending' : 'failed';
  if (answer.challenges.some(({ error }) => error === 'use_dpop_nonce')) return 'challenge';
  if (answer.status === 401 || answer.status === 403) return 'refused';
  return answer.status >= 400 ? 'failed' : 'served';
}

/** What the row of a request says. */
export function saidOf({ method, url, rpc, answer, presents }: InspectedRequest): readonly unknown[] {
  const errors = answer?.challenges.map(({ error }) => error) ?? [];
  return [method, url, rpc?.method, rpc?.name, answer?.status, presents, ...errors];
}

/** Whether the proof fits its request in every part that could be compared. Undefined while it is compared, and without one. */
export function fits({ checks }: InspectedRequest): boolean | undefined {
  return checks && Object.values(checks).every((fit) => fit !== false);
}
