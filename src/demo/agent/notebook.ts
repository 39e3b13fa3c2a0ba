import * as v from 'valibot';
import type { Connection } from './sdk/connection.ts';

const Summary = v.object({
  id: v.string(),
  title: v.string(),
  excerpt: v.string(),
  updated: v.string(),
  isPrivate: v.boolean(),
});

const Note = v.object({
  id: v.string(),
  title: v.string(),
  body: v.string(),
  updated: v.string(),
  isPrivate: v.boolean(),
});

const NoteList = v.object({ owner: v.string(), notes: v.array(Summary) });

const Result = v.object({
  structuredContent: v.optional(v.unknown()),
  isError: v.optional(v.boolean()),
  content: v.optional(v.array(v.looseObject({ text: v.optional(v.string()) })), []),
});

export type NoteSummary = v.InferOutput<typeof Summary>;
export type Note = v.InferOutput<typeof Note>;
export type NoteList = v.InferOutput<typeof NoteList>;

export interface Draft {
  readonly id?: string;
  readonly title: string;
  readonly body: string;
}

/** The notebook behind an MCP connection. */
export class Notebook {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  list(): Promise<NoteList> {
    return this.#call(NoteList, 'list_notes', {});
  }

  read(id: string): Promise<Note> {
    return this.#call(Note, 'read_note', { id });
  }

  write(draft: Draft): Promise<Note> {
    return this.#call(Note, 'write_note', { ...draft });
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async #call<Schema extends v.GenericSchema>(
    schema: Schema,
    tool: string,
    input: Readonly<Record<string, unknown>>,
  ): Promise<v.InferOutput<Schema>> {
    const result = v.parse(Result, await this.#connection.call(tool, input));
    if (result.isError) throw new Error(result.content.map(({ text }) => text ?? '').join(' '));
    return v.parse(schema, result.structuredContent);
  }
}
