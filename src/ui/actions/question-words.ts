import { say } from '../words.ts';
import type { QuestionWords } from './question.tsx';

/** What is asked before a session or a site's protection ends. */
export function questionBefore(kind: 'revoke' | 'delete' | 'retire' | 'unprotect'): QuestionWords {
  switch (kind) {
    case 'revoke':
      return {
        ...{ title: say('revokeTitle'), what: [say('revokeWhat')] },
        ...{ action: say('revokeAction'), keep: say('keepSession') },
      };
    case 'delete':
      return {
        ...{ title: say('deleteTitle'), what: [say('deleteWhat')] },
        ...{ action: say('deleteAction'), keep: say('keepSession') },
      };
    case 'retire':
      return {
        ...{ title: say('retireTitle'), what: [say('retireWhat')] },
        ...{ action: say('retireAction'), keep: say('keepKey') },
      };
    case 'unprotect':
      return { what: [say('stopWhat')], action: say('stopAction'), keep: say('keepProtecting') };
  }
}
