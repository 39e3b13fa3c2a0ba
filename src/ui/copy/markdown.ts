/** Code in a line of Markdown, whatever stands in it: no markup, no link and no mention. @see CommonMark §6.1 */
export function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const line = text.replace(/\s+/g, ' ');
  const pad = /^[` ]|[` ]$/.test(line) ? ' ' : ''; // it is taken off again
  return fence + pad + line + pad + fence;
}

/** The same in a cell of a table, where a bar ends the cell also in code. @see GFM §4.10 */
export const codeInTable = (text: string): string => code(text).replaceAll('|', '\\|');
