import { LANGUAGE_TAGS } from './language.ts';
import type { Language } from './language.ts';

const DATE_FORMATS: Readonly<Record<number, Intl.DateTimeFormatOptions>> = {
  4: { year: 'numeric' },
  7: { year: 'numeric', month: 'long' },
  10: { year: 'numeric', month: 'long', day: 'numeric' },
};

/** A FHIR date (`1958`, `1958-04`, `1958-04-02`) in words; anything else stays as it is. */
export function formatDate(date: string, language: Language): string {
  const options = /^\d{4}(-\d\d){0,2}$/.test(date) ? DATE_FORMATS[date.length] : undefined;
  return options === undefined ? date : format(date, language, options);
}

/** An instant in words with its time in UTC, since a server does not know where the reader is. */
export function formatInstant(instant: string, language: Language): string {
  const date = format(instant, language, DATE_FORMATS[10]!);
  // Together they would come in an order that reads badly in Vietnamese.
  const time = format(instant, language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return date === time ? date : `${date}, ${time} UTC`;
}

function format(text: string, language: Language, options: Intl.DateTimeFormatOptions): string {
  const time = Date.parse(text);
  if (Number.isNaN(time)) return text;
  return new Intl.DateTimeFormat(localeOf(language), { ...options, timeZone: 'UTC' }).format(time);
}

/** A waiting time in words: whole minutes, rounded up, or seconds below one minute. */
export function formatWait(seconds: number, language: Language): string {
  const [value, unit] =
    seconds < 60 ? [Math.max(1, Math.ceil(seconds)), 'second'] : [Math.ceil(seconds / 60), 'minute'];
  return new Intl.NumberFormat(localeOf(language), { style: 'unit', unit, unitDisplay: 'long' }).format(value);
}

/** `read, add and change`. */
export function formatList(words: readonly string[], language: Language): string {
  return new Intl.ListFormat(localeOf(language), { type: 'conjunction' }).format(words);
}

/** English as the house writes it: day before month, no comma before "and". */
function localeOf(language: Language): string {
  return language === 'en' ? 'en-GB' : LANGUAGE_TAGS[language];
}
