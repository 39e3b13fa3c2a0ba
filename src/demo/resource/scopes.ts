import { Refusal } from './refusal.ts';

/** Scopes of the notebook, each in words. */
export const SCOPES = {
  'notes:read': { en: 'Read your notes, the private ones too', ja: 'ノートを読む（非公開のものも含む）' },
  'notes:write': { en: 'Write and change notes', ja: 'ノートを書く、変更する' },
} as const;

const TOOL_SCOPES: Readonly<Record<string, keyof typeof SCOPES>> = {
  list_notes: 'notes:read',
  read_note: 'notes:read',
  write_note: 'notes:write',
};

/**
 * RFC 6750 §3.1.
 *
 * @throws {Refusal} when the tool needs a scope that the token lacks
 */
export function requireScope(tool: string | undefined, granted: readonly string[]): void {
  const needed = tool === undefined ? undefined : TOOL_SCOPES[tool];
  if (needed && !granted.includes(needed)) {
    throw new Refusal('insufficient_scope', `${tool} needs the scope ${needed}, which this token does not have.`);
  }
}
