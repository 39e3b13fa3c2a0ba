import type { SessionView } from '../../messages/ui.ts';
import { resourceName } from '../names.ts';
import { say } from '../words.ts';

/** A session by its resource: host and path. */
export const nameOf = ({ resource }: SessionView): string =>
  resource === undefined ? say('unknownResource') : resourceName(resource);
