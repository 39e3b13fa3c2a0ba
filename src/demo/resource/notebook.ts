import { randomUUID } from 'node:crypto';

export interface Note {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  /** ISO 8601. */
  readonly updated: string;
  /** Marked by its owner as nobody else's business. */
  readonly isPrivate: boolean;
}

/** What a list shows of a note. */
export type NoteSummary = Omit<Note, 'body'> & { readonly excerpt: string };

/** What a person writes. Without an id it is a new note. */
export interface NoteDraft {
  readonly id?: string;
  readonly title: string;
  readonly body: string;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const SEEDS: readonly {
  readonly title: string;
  readonly body: string;
  readonly age: number;
  readonly isPrivate?: true;
}[] = [
  {
    title: 'Workshop on Thursday',
    body: 'Room 4.12, 14:00 to 16:00.\n\nBring the two adapters. Mina opens, I take the part on refresh tokens. Leave twenty minutes for questions: last time we ran over and nobody had eaten.',
    age: 35 * MINUTE,
  },
  {
    title: 'Bread, third attempt',
    body: '500 g flour, 360 g water, 10 g salt, 90 g starter.\n\nLonger rest before shaping. Oven at 240 °C, lid off after 25 minutes. The crust was right, the crumb still too tight.',
    age: 2 * DAY,
  },
  {
    title: 'Salary talk with Tomas',
    body: 'Ask for 74,000, settle at 71,000. The other offer is open until the 18th. Nobody at work knows about it yet.',
    age: 3 * DAY,
    isPrivate: true,
  },
  {
    title: 'Books to return',
    body: 'The Timeless Way of Building (library, due on the 9th)\nSeeing Like a State (Jonas)\nThe atlas from the second floor',
    age: 6 * DAY,
  },
];

/** The notes of one person, newest first. */
export class Notebook {
  readonly #notes = new Map<string, Note>();

  constructor(now: number = Date.now()) {
    for (const { title, body, age, isPrivate = false } of SEEDS) {
      const id = randomUUID();
      this.#notes.set(id, { id, title, body, updated: new Date(now - age).toISOString(), isPrivate });
    }
  }

  list(): readonly NoteSummary[] {
    return [...this.#notes.values()]
      .sort((a, b) => b.updated.localeCompare(a.updated))
      .map(({ body, ...note }) => ({ ...note, excerpt: body.split('\n')[0] ?? '' }));
  }

  read(id: string): Note | undefined {
    return this.#notes.get(id);
  }

  /** Creates a note, or replaces the one with this id. */
  write({ id = randomUUID(), title, body }: NoteDraft, now: number = Date.now()): Note {
    const isPrivate = this.#notes.get(id)?.isPrivate ?? false;
    const note: Note = { id, title, body, updated: new Date(now).toISOString(), isPrivate };
    this.#notes.set(id, note);
    return note;
  }
}

/** One notebook for each subject of an access token. */
export class Notebooks {
  readonly #bySubject = new Map<string, Notebook>();

  of(sub: string): Notebook {
    const notebook = this.#bySubject.get(sub) ?? new Notebook();
    this.#bySubject.set(sub, notebook);
    return notebook;
  }
}
