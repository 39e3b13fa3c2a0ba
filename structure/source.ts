import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** One import of a file: of another file, by its path from the root, or of a package. */
export interface Import {
  readonly of: string;
  readonly isPackage: boolean;
  /** It goes when the file is compiled. */
  readonly isType: boolean;
}

export interface SourceFile {
  /** From the root, `src/model/origin.ts`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

const IMPORT =
  /(?:^|[\s;])(?:import|export)\s+(type\s)?[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\s*\(?\s*['"]([^'"]+)['"]/g;

/** Every TypeScript file below a folder. */
export async function filesIn(folder: string): Promise<SourceFile[]> {
  const names = await readdir(join(ROOT, folder), { recursive: true });
  const paths = names.filter((name) => /\.(?:ts|tsx|mjs)$/.test(name)).map((name) => join(folder, name));
  return Promise.all(paths.map(async (path) => fileAt(path, await readFile(join(ROOT, path), 'utf8'))));
}

export function fileAt(path: string, text: string): SourceFile {
  const imports = [...text.matchAll(IMPORT)].map(([, type, from = '', bare = '']): Import => {
    const named = (from || bare).replace(/\?.*$/, '');
    const isPackage = !named.startsWith('.');
    return { of: isPackage ? named : normalize(join(dirname(path), named)), isPackage, isType: type !== undefined };
  });
  return { path, text, imports };
}

/** The parts of the source, `src/model` or `e2e`, that a path lies in. */
export function partOf(path: string): string {
  const [top = '', part = ''] = path.split('/');
  return top === 'src' ? `src/${part}` : top;
}

/** Each way that leads back to where it began; none where files import each other in one direction. */
export function circlesIn(files: readonly SourceFile[]): string[][] {
  const known = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const circles: string[][] = [];
  const visit = (path: string, way: readonly string[]): void => {
    const at = way.indexOf(path);
    if (at >= 0) circles.push([...way.slice(at), path]);
    if (at >= 0 || done.has(path)) return;
    for (const { of } of known.get(path)?.imports ?? []) if (known.has(of)) visit(of, [...way, path]);
    done.add(path);
  };
  for (const { path } of files) visit(path, []);
  return circles;
}

/** All that a file loads when it runs, and the packages among it. */
export function loadedBy(path: string, files: readonly SourceFile[]): ReadonlySet<string> {
  const known = new Map(files.map((file) => [file.path, file]));
  const loaded = new Set<string>();
  const visit = (next: string): void => {
    if (loaded.has(next)) return;
    loaded.add(next);
    for (const { of, isType } of known.get(next)?.imports ?? []) if (!isType) visit(of);
  };
  visit(path);
  return loaded;
}

/** The names of branded types that a file declares. */
export function brandsIn({ text }: SourceFile): string[] {
  return [...text.matchAll(/v\.brand\('(\w+)'\)|__brand: '(\w+)'/g)].map(([, schema, type]) => schema ?? type ?? '');
}

/** Where a file casts something to one of these types. */
export function castsTo(brands: readonly string[], { path, text }: SourceFile): string[] {
  const cast = new RegExp(`\\bas (?:unknown as )?(?:readonly )?(?:${brands.join('|')})\\b`);
  return text.split('\n').flatMap((line, index) => (cast.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : []));
}

/** Names that a file declares at its top, and uses in a line above that. */
export function usedBeforeDeclared({ text }: SourceFile): string[] {
  const lines = text.split('\n');
  const declared = [...text.matchAll(/^(?:const|let|function|async function) (?:\{ ?([\w, :]+?) ?\}|(\w+))/gm)];
  return declared.flatMap(({ 1: members = '', 2: name, index }) => {
    const at = text.slice(0, index).split('\n').length - 1;
    const names = name ? [name] : members.split(',').map((member) => member.split(':').at(-1)?.trim() ?? '');
    return names.filter((each) =>
      lines
        .slice(0, at)
        .some((line) => !/^(?:import|\s*\/\/)/.test(line) && new RegExp(`(?<![.'\\w])${each}\\b(?!:)`).test(line)),
    );
  });
}
