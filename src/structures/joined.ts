/** Two lists as one, each value once. What was named again is among the latest, which are last. */
export function joined<Value>(known: readonly Value[], added: readonly Value[]): readonly Value[] {
  return [...known.filter((value) => !added.includes(value)), ...new Set(added)];
}
