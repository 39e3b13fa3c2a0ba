import { expect, test } from 'vitest';
import { codeOf, HoldfastError, isStorageFailure } from './error.ts';

test.each([
  ['the database has no room', new DOMException('', 'QuotaExceededError'), 'storage_full'],
  ['the disk fails', new DOMException('', 'UnknownError'), 'storage_failed'],
  ['the database was closed', new DOMException('', 'InvalidStateError'), 'storage_failed'],
  ['a transaction was aborted', new DOMException('', 'AbortError'), 'storage_failed'],
  ['a key cannot be used', new DOMException('', 'OperationError'), 'internal'],
  ['a record cannot be stored', new DOMException('', 'DataCloneError'), 'internal'],
  ['the program has a fault', new TypeError('undefined is not a function'), 'internal'],
  ['Chrome refuses a call', new Error('Session rule count exceeded.'), 'internal'],
  ['something else was thrown', 'storage', 'internal'],
  ['Holdfast says so itself', new HoldfastError('locked', ''), 'locked'],
] as const)('where %s, the code says so', (_, error, code) => {
  expect(codeOf(error)).toBe(code);
  expect(isStorageFailure(error)).toBe(code.startsWith('storage_'));
});
