/** Saves a text as a file, as the browser does with a link to one. */
export function download(name: string, type: 'application/json' | 'text/csv', text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** A file's name that says when it was saved: `holdfast-activity-2026-01-02.csv`. @param now milliseconds */
export function fileName(what: string, now: number, extension: string): string {
  return `holdfast-${what}-${new Date(now).toISOString().slice(0, 10)}.${extension}`;
}
