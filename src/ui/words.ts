import type catalogue from '../../public/_locales/en/messages.json';
import browser from './browser.ts';
import { message } from './catalogue.ts';

type Key = keyof typeof catalogue;
type CountedKey = Key extends infer K ? (K extends `${infer Base}_other` ? Base : never) : never;

const LANGUAGE = browser.i18n.getUILanguage();
const NUMBER = new Intl.NumberFormat(LANGUAGE);
const PLURAL = new Intl.PluralRules(LANGUAGE);
const RELATIVE = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: 'auto', style: 'short' });
const MOMENT = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'medium', timeStyle: 'short' });
const CLOCK = new Intl.DateTimeFormat(LANGUAGE, { timeStyle: 'short' });
const SECOND = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'medium', timeStyle: 'medium' });

/** A sentence of the catalogue, with what it leaves open. */
export function say(key: Key, ...open: string[]): string {
  return message(key, open);
}

/** A sentence that counts something. */
export function count(key: CountedKey, number: number): string {
  const form = `${key}_${PLURAL.select(number)}` as Key;
  return message(form, [NUMBER.format(number)]) || say(`${key}_other` as Key, NUMBER.format(number));
}

/** A number as people write it. */
export function figure(number: number): string {
  return NUMBER.format(number);
}

/** Things one after another, as a sentence names them: "a, b and c". */
export function listed(things: readonly string[]): string {
  return new Intl.ListFormat(LANGUAGE).format(things);
}

const STEPS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** In place of a time that no calendar has: a page may write any number into a proof. */
const NO_TIME = '–';

/** Whether a `Date` reaches so far (ECMA-262, time values), in milliseconds. */
const isTime = (time: number): boolean => Math.abs(time) <= 8.64e15;

/** A time, given in milliseconds, as seen from now: "in 42 min.", "3 sec. ago", "now". */
export function fromNow(time: number, now: number): string {
  if (!isTime(time)) return NO_TIME;
  const seconds = Math.round((time - now) / 1000);
  const [unit, length] = STEPS.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1];
  return RELATIVE.format(Math.trunc(seconds / length), unit);
}

const LENGTH = new Intl.NumberFormat(LANGUAGE, {
  style: 'unit',
  unit: 'millisecond',
  unitDisplay: 'short',
  maximumSignificantDigits: 3,
});
const OFFSET = new Intl.NumberFormat(LANGUAGE, {
  style: 'unit',
  unit: 'second',
  unitDisplay: 'narrow',
  minimumFractionDigits: 3,
  maximumFractionDigits: 3,
});

/** A length of time, given in milliseconds. */
export function duration(milliseconds: number): string {
  return LENGTH.format(milliseconds);
}

/** How long after the first of something, in milliseconds: in seconds. */
export function offset(milliseconds: number): string {
  return OFFSET.format(milliseconds / 1000);
}

/** A point in time, given in milliseconds. */
export function moment(time: number): string {
  return isTime(time) ? MOMENT.format(time) : NO_TIME;
}

/** A point in time, given in milliseconds, without the day where that is today. */
export function clock(time: number): string {
  return isTime(time) && new Date(time).toDateString() === new Date().toDateString()
    ? CLOCK.format(time)
    : moment(time);
}

/** A point in time to the second, or what lies between two of them, given in milliseconds. */
export function second(from: number, to = from): string {
  return isTime(from) && isTime(to) ? SECOND.formatRange(from, to) : NO_TIME;
}
