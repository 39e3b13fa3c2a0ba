/** The beginning and the end of a long string: enough to recognise it. */
export function shorten(value: string): string {
  return value.length > 20 ? `${value.slice(0, 8)}…${value.slice(-6)}` : value;
}
