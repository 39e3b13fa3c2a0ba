import type { Trouble } from '../../messages/ui.ts';
import { say } from '../words.ts';

const WHAT = {
  record_damaged: 'troubleDamaged',
  storage_failed: 'troubleFailed',
  storage_full: 'troubleFull',
  storage_newer: 'troubleNewer',
} as const satisfies Record<Trouble, string>;

/** What keeps Holdfast from its storage, and what the person can do about it. */
export function TroubleNote({ trouble }: { readonly trouble: Trouble }) {
  return (
    <p class="trouble" role="alert" data-trouble={trouble}>
      {say(WHAT[trouble])}
    </p>
  );
}
