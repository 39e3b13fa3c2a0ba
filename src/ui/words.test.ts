import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

type Catalogue = Record<string, { message: string }>;

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
        Object.entries(words).map(([key, { message }]) => [key, (message.match(/\$\d/g) ?? []).sort().join()]),
      );
    expect(open(catalogue)).toEqual(open(english));
  });
});

describe('the English catalogue', () => {
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
