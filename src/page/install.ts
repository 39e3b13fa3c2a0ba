import type { readHandle } from '../model/handle.ts';
import { openChannel } from './channel.ts';
import { wrapFetch } from './fetch.ts';
import { captureNatives, type Natives, type Scope } from './natives.ts';
import { watchOthers } from './others.ts';
import { SOURCE, START } from './own-source.ts';
import { createProofs } from './proofs.ts';
import { reportHandles } from './report.ts';
import { wrapSharedWorker } from './shared-worker.ts';
import { wrapWorker } from './worker.ts';
import { addressOf, beginScript, enterWorker } from './worker-scope.ts';
import { createStarts, type Start } from './worker-start.ts';
import { wrapXhr } from './xhr.ts';

/**
 * Wraps a global scope's ways to make requests: a page's, or those of a worker that a page has started.
 *
 * @param presented tells what of an `Authorization` header is Holdfast's
 */
export function install(scope: Scope, presented: typeof readHandle): void {
  if (scope.origin === 'null') return; // an opaque origin is nobody's agent
  if (START) installInWorker(scope, presented, START);
  else installInPage(scope, presented);
}

function installInPage(scope: Scope, presented: typeof readHandle): void {
  const natives = captureNatives(scope, presented);
  const channel = openChannel(scope, () => proofs.drop());
  const proofs = createProofs(channel, natives.now);
  scope.fetch = wrapFetch(natives, channel, proofs);
  wrapXhr(natives, scope.fetch, proofs, (sent) => reportHandles(sent, natives, channel));
  watchOthers(scope, natives, channel);
  wrapWorkers(scope, natives, () => channel.tell({ kind: 'unreached' }));
}

/** @throws what keeps Holdfast from the worker: its page then starts it as the site made it */
function installInWorker(scope: Scope, presented: typeof readHandle, start: Start): void {
  // Of a shared worker, Chrome reports no error to its documents.
  const refuse = (event: Event): void => (event as MessageEvent).ports[0]?.postMessage(null);
  if (start.lock) scope.addEventListener('connect', refuse);
  const address = addressOf(start, scope);
  const natives = captureNatives(scope, presented, address);
  enterWorker(scope, natives, start);
  wrapWorkers(scope, natives, () => undefined);
  scope.removeEventListener('connect', refuse);
  beginScript(scope, address, start);
}

function wrapWorkers(scope: Scope, natives: Natives, unreached: () => void): void {
  if (!SOURCE || !scope.Worker) return; // a shared worker starts none
  const starts = createStarts(scope, natives, SOURCE);
  let isTold = false;
  const tell = (): void => {
    if (!isTold) unreached();
    isTold = true;
  };
  wrapWorker(scope, natives, starts, tell);
  if (scope.SharedWorker) wrapSharedWorker(scope, natives, starts, tell);
}
