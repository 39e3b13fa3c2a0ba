import { mentionsHandle } from '../model/handle.ts';
import type { Pass, Unreachable } from './page.ts';

/**
 * What a page is answered where Holdfast can do nothing for its request: the page goes on as without it, but no handle
 * leaves it. An authorization server answers a handle with `invalid_grant`, for which agents forget tokens that are good.
 */
export function unanswered(request: unknown): Pass | Unreachable {
  return { kind: mentionsHandle(JSON.stringify(request)) ? 'unreachable' : 'pass' };
}
