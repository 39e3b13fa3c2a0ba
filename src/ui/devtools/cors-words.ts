import type { CorsFault } from '../../protocol/http/cors.ts';
import { say } from '../words.ts';

/** What a server's CORS keeps from the page, and what its author has to change. */
export function corsWords(fault: CorsFault): string {
  switch (fault.kind) {
    case 'origin':
      return say('corsOrigin');
    case 'preflight':
      return say('corsPreflight', String(fault.status));
    case 'request':
      return say('corsRequest', fault.names.join(', '));
    case 'response':
      return say('corsResponse', fault.names.join(', '));
  }
}
