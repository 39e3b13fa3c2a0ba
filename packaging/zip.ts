import { type Zippable, zipSync } from 'fflate';

export type Files = Readonly<Record<string, Uint8Array>>;

/** A zip of files, by their paths. The same files give the same bytes, whenever, wherever and in whatever order they are packed. */
export function zipOf(files: Files): Uint8Array {
  const sorted: Zippable = {};
  for (const path of Object.keys(files).sort()) sorted[path] = files[path] ?? new Uint8Array();
  // The first moment that a zip can tell. It is written in the zone of whoever packs: here it is the same in each.
  return zipSync(sorted, { level: 9, mtime: new Date(1980, 0, 1) });
}
