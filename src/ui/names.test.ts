import { expect, test } from 'vitest';
import { hostOf, visible } from './names.ts';

test('marks that turn the direction of writing are shown as what they are', () => {
  expect(visible('client\u202egpj.exe\u2066x\u200f')).toBe('client\ufffdgpj.exe\ufffdx\ufffd');
  expect(visible('クライアント – عميل')).toBe('クライアント – عميل');
});

test('a host has no such mark: it is written in ASCII', () => {
  expect(hostOf('https://عميل.example/\u202e')).toMatch(/^[\x21-\x7e]+$/);
});
