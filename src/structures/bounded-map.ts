/**
 * Sets a value as the newest of a map. Above the maximum, the oldest is deleted.
 *
 * @param counts of which others the maximum is: of all, unless it says so
 * @returns the key that was deleted, if one was
 */
export function keep<Key, Value>(
  map: Map<Key, Value>,
  key: Key,
  value: Value,
  most: number,
  counts: (other: Value) => boolean = () => true,
): Key | undefined {
  map.delete(key);
  map.set(key, value);
  if (map.size <= most) return undefined;
  let oldest: Key | undefined;
  let counted = 0;
  for (const [other, its] of map) {
    if (!counts(its)) continue;
    oldest ??= other;
    counted += 1;
  }
  if (counted <= most || oldest === undefined) return undefined;
  map.delete(oldest);
  return oldest;
}
