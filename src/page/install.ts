import { openChannel } from './channel.ts';
import { wrapFetch } from './fetch.ts';
import { captureNatives, type Scope } from './natives.ts';
import { createProofs } from './proofs.ts';
import { wrapXhr } from './xhr.ts';

/** Wraps a global scope's ways to make requests. */
export function install(scope: Scope): void {
  if (scope.origin === 'null') return; // an opaque origin is nobody's agent
  const natives = captureNatives(scope);
  const channel = openChannel(scope, (handle) => proofs.drop(handle));
  const proofs = createProofs(channel, natives.now);
  scope.fetch = wrapFetch(natives, channel, proofs);
  wrapXhr(natives, scope.fetch);
}
