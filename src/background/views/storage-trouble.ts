import type { Trouble } from '../../messages/ui.ts';
import type { ErrorCode } from '../../protocol/error.ts';

const TROUBLES: readonly ErrorCode[] = ['record_damaged', 'storage_failed', 'storage_full', 'storage_newer'];

const isTrouble = (code: string): code is Trouble => (TROUBLES as readonly string[]).includes(code);

/** Trouble with storage, as long as it lasts. @param changed is called when there is some, another, or none any more */
export function createStorageTrouble(changed: (trouble: Trouble | undefined) => void) {
  let trouble: Trouble | undefined;

  function become(next: Trouble | undefined): void {
    if (next === trouble) return;
    trouble = next;
    changed(next);
  }

  return {
    failed(code: string | undefined): void {
      if (code !== undefined && isTrouble(code)) become(code);
    },
    /** Something could be written: a record that is damaged stays damaged. */
    written(): void {
      if (trouble !== 'record_damaged') become(undefined);
    },
    get now(): Trouble | undefined {
      return trouble;
    },
  };
}

export type StorageTrouble = ReturnType<typeof createStorageTrouble>;
