/** Tells whether every word of a search stands somewhere in what is said, in any case. Nothing looked for is found in all. */
export function finderOf(search: string): (...said: unknown[]) => boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return (...said) => {
    if (words.length === 0) return true;
    const text = said.join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  };
}
