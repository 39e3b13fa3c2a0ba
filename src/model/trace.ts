/** What is kept of an error: its class, and where it was thrown. Its message may quote a token or an address that was read. */
export interface Trace {
  readonly name: string;
  /** Innermost first: a file of Holdfast, line and column. */
  readonly places: readonly string[];
}

/** The name of an error's class. */
const CLASS_NAME = /^[A-Za-z]{0,40}Error$/;

/** What follows the extension's address in a stack frame: the path of a file, a query in development, line and column. */
const FRAME = /^([\w./-]+)(?:\?\S*)?(:\d+:\d+)\)?$/;

/** @param root the extension's address: only its own files are named */
export function traceOf(error: unknown, root: string): Trace {
  return { name: nameOf(error), places: placesOf(error, root) };
}

/** Any other name than that of a class may be data. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return CLASS_NAME.test(error.name) ? error.name : 'Error';
}

/** The stack begins with name and message, which may have any lines. */
function placesOf(error: unknown, root: string): string[] {
  if (!(error instanceof Error)) return [];
  const frames = (error.stack ?? '').split('\n').slice(String(error).split('\n').length);
  return frames.flatMap((frame) => {
    const [, file, position] = FRAME.exec(frame.split(root)[1] ?? '') ?? [];
    return file === undefined ? [] : `${file}${position}`;
  });
}
