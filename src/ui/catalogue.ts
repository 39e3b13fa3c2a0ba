import browser from './browser.ts';
import { filled, type Message } from './placeholders.ts';

type Messages = Readonly<Record<string, Message>>;

/** Of the catalogue's languages, the first is the default. */
const LOCALES = ['en', 'ja'] as const;

/**
 * Chrome now and then gives a page no catalogue (seen once in about a hundred openings, Chromium 156): every sentence is empty
 * then, for as long as the page's process lives. In that case the page reads the file by itself.
 */
const own: Messages | undefined = browser.i18n.getMessage('extensionName') === '' ? await read() : undefined;

/** A message of the catalogue, with what it leaves open. */
export function message(key: string, open: readonly string[]): string {
  if (!own) return browser.i18n.getMessage(key, [...open]);
  return filled(own[key] ?? { message: '' }, open);
}

async function read(): Promise<Messages> {
  const language = browser.i18n.getUILanguage();
  const locale = LOCALES.find((known) => language.startsWith(known)) ?? LOCALES[0];
  return (await fetch(`/_locales/${locale}/messages.json`)).json();
}
