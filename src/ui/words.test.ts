import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { filled, type Message } from './placeholders.ts';

type Catalogue = Record<string, Message & { readonly description?: string }>;

const LOCALES = new URL('../../public/_locales/', import.meta.url);
const read = (locale: string): Catalogue =>
  JSON.parse(readFileSync(new URL(`${locale}/messages.json`, LOCALES), 'utf8'));

const english = read('en');

describe.each(readdirSync(LOCALES).filter((locale) => locale !== 'en'))('the catalogue in %s', (locale) => {
  const catalogue = read(locale);

  it('says everything that the English one says, and nothing else', () => {
    expect(Object.keys(catalogue).sort()).toEqual(Object.keys(english).sort());
  });

  it('leaves open what the English one leaves open', () => {
    const open = (words: Catalogue) =>
      Object.fromEntries(
        Object.entries(words).map(([key, { placeholders = {} }]) => [
          key,
          Object.fromEntries(Object.entries(placeholders).map(([name, { content }]) => [name, content])),
        ]),
      );
    expect(open(catalogue)).toEqual(open(english));
  });
});

describe.each(readdirSync(LOCALES))('the messages in %s', (locale) => {
  const messages = Object.entries(read(locale));

  it('have a name for each thing that they leave open', () => {
    for (const [key, { message, placeholders = {} }] of messages) {
      expect(message, key).not.toMatch(/\$\d/);
      const named = [...message.matchAll(/\$(\w+)\$/g)].map(([, name = '']) => name.toLowerCase());
      expect([...new Set(named)].sort(), key).toEqual(Object.keys(placeholders).sort());
      const places = Object.values(placeholders).map(({ content }) => content);
      expect(places, key).toEqual([...new Set(places)]);
      for (const place of places) expect(place, key).toMatch(/^\$[1-9]$/);
    }
  });

  it('have typographic apostrophes', () => {
    expect(messages.filter(([, { message }]) => message.includes("'"))).toEqual([]);
  });
});

describe('a message', () => {
  const message = { message: '$SHOWN$ of $ALL$', placeholders: { shown: { content: '$1' }, all: { content: '$2' } } };

  it('is filled with what it leaves open, each in its place', () => {
    expect(filled(message, ['$2', '12'])).toBe('$2 of 12');
    expect(filled(message, ['3'])).toBe('3 of ');
  });
});

describe('the English catalogue', () => {
  it('tells translators where each message stands, with examples of what it leaves open', () => {
    for (const [key, { description = '', placeholders = {} }] of Object.entries(english)) {
      expect(description, key).toMatch(/^.{12,}\.$/);
      for (const place of Object.values(placeholders)) expect(place, key).toHaveProperty('example');
    }
  });

  it('has no exclamation mark, no "please" and no "oops"', () => {
    for (const { message } of Object.values(english)) expect(message).not.toMatch(/!|\bplease\b|\boops\b/i);
  });

  it('says nothing that nobody reads', () => {
    const source = new URL('../', import.meta.url);
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));
    const read = [...files.map((file) => new URL(file, source)), new URL('../../manifest.json', import.meta.url)];
    const code = read.map((file) => readFileSync(file, 'utf8')).join('\n');
    const isRead = (key: string) =>
      new RegExp(`(?<![A-Za-z])${key.replace(/_(?:one|other)$/, '')}(?![A-Za-z0-9])`).test(code);
    expect(Object.keys(english).filter((key) => !isRead(key))).toEqual([]);
  });
});
