import { type CallToolResult, McpServer, type ServerContext } from '@modelcontextprotocol/server';
import type { Notebook, Notebooks } from './notebook.ts';
import { noteDraftSchema, noteIdSchema, noteListSchema, noteSchema } from './schemas.ts';

export { SCOPES } from './scopes.ts';

/** An MCP server with the notebook's three tools. Whose notebook it is, each call's access token says. */
export function createNotebookServer(notebooks: Notebooks): McpServer {
  const server = new McpServer({ name: 'notebook', title: 'Notebook', version: '1.0.0' });

  server.registerTool(
    'list_notes',
    {
      title: 'List notes',
      description: 'The titles of all notes, newest first.',
      outputSchema: noteListSchema,
      annotations: { readOnlyHint: true },
    },
    (context: ServerContext) => {
      const { sub, notebook } = callersNotebook(notebooks, context);
      return structured({ owner: sub, notes: notebook.list() });
    },
  );

  server.registerTool(
    'read_note',
    {
      title: 'Read a note',
      description: 'One whole note.',
      inputSchema: noteIdSchema,
      outputSchema: noteSchema,
      annotations: { readOnlyHint: true },
    },
    ({ id }, context) => {
      const note = callersNotebook(notebooks, context).notebook.read(id);
      if (note) return structured({ ...note });
      return { isError: true, content: [{ type: 'text', text: `There is no note ${id}.` }] };
    },
  );

  server.registerTool(
    'write_note',
    {
      title: 'Write a note',
      description: 'Creates a note, or replaces the one with this id.',
      inputSchema: noteDraftSchema,
      outputSchema: noteSchema,
    },
    (draft, context) => structured({ ...callersNotebook(notebooks, context).notebook.write(draft) }),
  );

  return server;
}

function callersNotebook(notebooks: Notebooks, context: ServerContext): { sub: string; notebook: Notebook } {
  const sub = context.http?.authInfo?.extra?.sub;
  if (typeof sub !== 'string') throw new Error('The call came without a verified access token.');
  return { sub, notebook: notebooks.of(sub) };
}

function structured(structuredContent: Record<string, unknown>): CallToolResult {
  return { structuredContent, content: [{ type: 'text', text: JSON.stringify(structuredContent) }] };
}
