import { fromJsonSchema, type JsonSchemaType } from '@modelcontextprotocol/server';
import type { NoteDraft } from './notebook.ts';

const summaryProperties = {
  id: { type: 'string' },
  title: { type: 'string' },
  updated: { type: 'string', format: 'date-time' },
  isPrivate: { type: 'boolean' },
} satisfies Record<string, JsonSchemaType>;

/** What `list_notes` returns. */
export const noteListSchema = fromJsonSchema({
  type: 'object',
  properties: {
    owner: { type: 'string' },
    notes: {
      type: 'array',
      items: {
        type: 'object',
        properties: { ...summaryProperties, excerpt: { type: 'string' } },
        required: ['id', 'title', 'updated', 'isPrivate', 'excerpt'],
      },
    },
  },
  required: ['owner', 'notes'],
});

/** What `read_note` and `write_note` return. */
export const noteSchema = fromJsonSchema({
  type: 'object',
  properties: { ...summaryProperties, body: { type: 'string' } },
  required: ['id', 'title', 'updated', 'isPrivate', 'body'],
});

/** What `read_note` takes. */
export const noteIdSchema = fromJsonSchema<{ id: string }>({
  type: 'object',
  properties: { id: { type: 'string' } },
  required: ['id'],
});

/** What `write_note` takes. */
export const noteDraftSchema = fromJsonSchema<NoteDraft>({
  type: 'object',
  properties: { id: { type: 'string' }, title: { type: 'string', minLength: 1 }, body: { type: 'string' } },
  required: ['title', 'body'],
});
