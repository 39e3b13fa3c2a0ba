import type { readHandle } from '../model/handle.ts';
import { openChannel } from './channel.ts';
import { wrapFetch } from './fetch.ts';
import { captureNatives, type Scope } from './natives.ts';
import { createProofs } from './proofs.ts';
import { wrapXhr } from './xhr.ts';

/**
 * Wraps a global scope's ways to make requests.
 *
 * @param presented tells what of an `Authorization` header is Holdfast's
 */
export function install(scope: Scope, presented: typeof readHandle): void {
  if (scope.origin === 'null') return; // an opaque origin is nobody's agent
  const natives = captureNatives(scope, presented);
  const channel = openChannel(scope, () => proofs.drop());
  const proofs = createProofs(channel, natives.now);
  scope.fetch = wrapFetch(natives, channel, proofs);
  wrapXhr(natives, scope.fetch, proofs);
}
