import type { Origin } from '../../model/origin.ts';
import { MOST_SIGN_INS } from '../../model/quotas.ts';
import type { SignIns } from '../../model/sign-in.ts';
import { joined } from '../../structures/joined.ts';

export const NO_SIGN_INS: SignIns = { resources: [], clients: [] };

/** What is remembered of an agent's sign-ins, after one that names these. */
export function withLatest({ resources, clients }: SignIns, latest: Partial<SignIns>): SignIns {
  return {
    resources: joined(resources, latest.resources ?? []).slice(-MOST_SIGN_INS),
    clients: joined(clients, latest.clients ?? []).slice(-MOST_SIGN_INS),
  };
}

/** What several agents' sign-ins name. */
export function together(all: readonly SignIns[]): SignIns {
  return {
    resources: all.reduce<readonly Origin[]>((known, { resources }) => joined(known, resources), []),
    clients: all.reduce<readonly string[]>((known, { clients }) => joined(known, clients), []),
  };
}
