/** One thing that Holdfast refuses or keeps. */
export interface Guard {
  /** What holds, in one sentence. */
  readonly promise: string;
  /** The files that make it hold, below `src`. */
  readonly places: readonly string[];
  /** The tests that fail without it: by file, a part of each name. */
  readonly tests: Readonly<Record<string, readonly string[]>>;
}
