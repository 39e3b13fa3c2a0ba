import { expect, test } from 'vitest';
import { code, codeInTable } from './markdown.ts';

test('code is code, whatever stands in it', () => {
  expect(code('see https://evil.example\n@octocat')).toBe('`see https://evil.example @octocat`');
  expect(code('a ``b`` c')).toBe('```a ``b`` c```');
  expect(code('`a` b')).toBe('`` `a` b ``');
  expect(codeInTable('a | b')).toBe('`a \\| b`');
});
